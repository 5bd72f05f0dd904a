#!/usr/bin/env bash
# backup.sh TARGET_FOLDER: one folder with the database and the uploads as they are now.
# Reads FAB_APP_DATABASE_URL and FAB_APP_STORAGE_URL (a local folder; a bucket is copied by its own tools).
# The database is written first: an upload that comes meanwhile is then a file too many, never one too few.
set -euo pipefail
umask 077

target=${1:?usage: backup.sh TARGET_FOLDER}
storage=${FAB_APP_STORAGE_URL:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/database.sh"
url=$(plain "${FAB_APP_DATABASE_URL:?is not set}")

[ ! -e "$target" ] || { echo "$target exists: a backup never overwrites another" >&2; exit 2; }
part="$target.part"
rm -rf "$part"
mkdir -p "$part"
case "$url" in
  sqlite:///*) sqlite3 "${url#sqlite:///}" ".backup '$part/database.sqlite'" ;;
  postgresql*) parts "$url"; PGPASSWORD=$password pg_dump --format=custom --no-owner -h "$host" -p "${port:-5432}" -U "$user" -f "$part/database.dump" "$name" ;;
  mysql*|mariadb*) parts "$url"; MYSQL_PWD=$password mariadb-dump --single-transaction --hex-blob -h "$host" -P "${port:-3306}" -u "$user" "$name" >"$part/database.sql" ;;
  *) echo "no way to back up ${url%%:*}" >&2; exit 2 ;;
esac
case "$storage" in
  ""|*://*) echo "uploads are not in a local folder: copy ${storage:-them} by its own tools" >&2 ;;
  *) [ ! -d "$storage" ] || tar -C "$storage" -cf "$part/files.tar" . ;;
esac
(cd "$part" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS)
mv "$part" "$target"
echo "$target"
