#!/bin/sh
# The contract of docker-library/redis' entry point.
set -e

# `docker run redis --appendonly yes` and `docker run redis /my.conf` both mean redis-server.
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
  set -- redis-server "$@"
fi

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi

if [ "$1" = redis-server ]; then
  # The official image is compiled with protected mode off; Debian's is not. A configuration that decides for itself wins.
  shift
  configuration=''
  case "${1:-}" in
    *.conf) configuration="$1"; shift ;;
  esac
  if [ -n "$configuration" ] && grep -q '^protected-mode' "$configuration"; then
    set -- redis-server "$configuration" "$@"
  else
    set -- redis-server ${configuration:+"$configuration"} --protected-mode no "$@"
  fi
fi

# Dumps may hold personal data: readable by the owner only, unless the caller decided otherwise.
[ "$(umask)" = '0022' ] && umask 0077
exec "$@"
