#!/bin/bash
# The contract of docker-library/postgres' entry point, reduced to what Go Coffee and Testcontainers use:
# POSTGRES_{USER,PASSWORD,DB,INITDB_ARGS,HOST_AUTH_METHOD} (also as *_FILE), PGDATA, /docker-entrypoint-initdb.d.
set -Eeo pipefail

# file_env VAR DEFAULT: VAR may be given as itself or as the content of the file that VAR_FILE names.
file_env() {
  local name="$1" file_name="$1_FILE" value="$2"
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    echo "error: both $name and $file_name are set (but are exclusive)" >&2
    exit 1
  fi
  if [ -n "${!name:-}" ]; then
    value="${!name}"
  elif [ -n "${!file_name:-}" ]; then
    value="$(<"${!file_name}")"
  fi
  export "$name"="$value"
  unset "$file_name"
}

psql_local() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password "$@"
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh)
        echo "$0: running $file"
        # shellcheck disable=SC1090 # sourced when not executable, as the official image does
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
        ;;
      *.sql) echo "$0: running $file"; psql_local --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) echo "$0: running $file"; gunzip -c "$file" | psql_local --dbname "$POSTGRES_DB" ;;
      '/docker-entrypoint-initdb.d/*') ;; # an empty directory
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

create_cluster() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086 # POSTGRES_INITDB_ARGS is a list of arguments
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") '"${POSTGRES_INITDB_ARGS:-}"
  local method="${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}"
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

  # A private server, reachable by its socket only, until the database is complete: nobody sees half of it.
  PGUSER="${PGUSER:-$POSTGRES_USER}" pg_ctl -D "$PGDATA" -w start \
    -o "$(printf '%q ' "$@" -c listen_addresses='' -p 5432)"
  export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
  if [ "$POSTGRES_DB" != postgres ] &&
    [ -z "$(psql_local --dbname postgres -v db="$POSTGRES_DB" --tuples-only \
      <<< "SELECT 1 FROM pg_database WHERE datname = :'db';")" ]; then
    psql_local --dbname postgres -v db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  run_init_files
  PGUSER="${PGUSER:-postgres}" pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  echo 'PostgreSQL init process complete; ready for start up.'
}

[ "${1:0:1}" = - ] && set -- postgres "$@"

if [ "$1" = postgres ]; then
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || true # not ours when the volume's owner is another user: initdb then says so
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  file_env POSTGRES_PASSWORD ''
  file_env POSTGRES_USER postgres
  file_env POSTGRES_DB "$POSTGRES_USER"
  file_env POSTGRES_INITDB_ARGS ''
  # The official image's test of a finished cluster. Like it, this leaves a cluster whose creation was killed to be removed.
  [ -s "$PGDATA/PG_VERSION" ] || create_cluster "${@:2}"
fi

exec "$@"
