#!/usr/bin/env bash
# restore.sh BACKUP_FOLDER: the database and the uploads as backup.sh kept them, into an EMPTY database and an
# empty folder named by FAB_APP_DATABASE_URL and FAB_APP_STORAGE_URL. Nothing that stands is overwritten.
set -euo pipefail
umask 077

source=$(cd "${1:?usage: restore.sh BACKUP_FOLDER}" && pwd)
storage=${FAB_APP_STORAGE_URL:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/database.sh"
url=$(plain "${FAB_APP_DATABASE_URL:?is not set}")

(cd "$source" && sha256sum --quiet --check SHA256SUMS)
if [ -f "$source/files.tar" ]; then
  [ -z "$(ls -A "$storage" 2>/dev/null)" ] || { echo "$storage is not empty" >&2; exit 2; }
fi
case "$url" in
  sqlite:///*)
    path=${url#sqlite:///}
    [ ! -e "$path" ] || { echo "$path exists" >&2; exit 2; }
    cp "$source/database.sqlite" "$path" ;;
  postgresql*)
    parts "$url"
    there=$(PGPASSWORD=$password psql -h "$host" -p "${port:-5432}" -U "$user" -Atc \
      "select count(*) from information_schema.tables where table_schema = 'public'" "$name")
    [ "$there" = 0 ] || { echo "the database $name is not empty" >&2; exit 2; }
    PGPASSWORD=$password pg_restore --exit-on-error --no-owner -h "$host" -p "${port:-5432}" -U "$user" -d "$name" "$source/database.dump" ;;
  mysql*|mariadb*)
    parts "$url"
    there=$(MYSQL_PWD=$password mariadb -h "$host" -P "${port:-3306}" -u "$user" -Ne "show tables" "$name" | wc -l)
    [ "$there" = 0 ] || { echo "the database $name is not empty" >&2; exit 2; }
    MYSQL_PWD=$password mariadb -h "$host" -P "${port:-3306}" -u "$user" "$name" <"$source/database.sql" ;;
  *) echo "no way to restore ${url%%:*}" >&2; exit 2 ;;
esac
if [ -f "$source/files.tar" ]; then
  mkdir -p "$storage"
  tar -C "$storage" -xf "$source/files.tar"
fi
echo "restored from $source"
