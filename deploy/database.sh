# plain URL: the address without the name of a driver (postgresql+psycopg:// is postgresql://).
plain() { local scheme=${1%%:*}; printf '%s' "${scheme%%+*}:${1#*:}"; }

# parts URL: user, password, host, port and name of scheme://user:password@host:port/name, percent-decoded.
parts() {
  local rest=${1#*://} place
  name=${rest##*/}
  name=${name%%\?*}
  place=${rest%/*}
  case "$place" in
    *@*) user=${place%@*} place=${place##*@} ;;
    *) user= ;;
  esac
  password=
  case "$user" in *:*) password=$(decoded "${user#*:}") user=${user%%:*} ;; esac
  user=$(decoded "$user")
  host=${place%:*}
  port=
  case "$place" in *:*) port=${place##*:} ;; esac
}

decoded() { local text=${1//+/ }; printf '%b' "${text//%/\\x}"; }
