#!/bin/sh
# Starts PostgreSQL with TLS for everybody who comes by the network, and gives it new certificates while it runs.
# Works with the official image and with images/postgres: not as root, on a read-only root.
set -eu

secrets=/run/go-coffee/secrets
# PostgreSQL wants to own its key, with nobody else reading it: these are copies.
own=/var/run/postgresql/own
mkdir -p "$own"
chmod 700 "$own"

state() { cat "$secrets/ca.crt" "$secrets/tls.crt" "$secrets/tls.key" "$secrets/postgres-password" | cksum; }

copy_certificates() {
  for name in tls.crt tls.key; do
    cp "$secrets/$name" "$own/.$name"
    chmod 600 "$own/.$name"
    mv "$own/.$name" "$own/$name"
  done
}

# The socket is inside of the container, whose only user is the superuser; restores and this script come by it.
host=hostssl
[ "${COFFEE_TLS:-on}" = on ] || host=host
printf 'local all all trust\n%s all all all scram-sha-256\n' "$host" > "$own/pg_hba.conf"

# What is there when it starts is set as well: the data may be older than the password.
follow() {
  known=''
  while sleep "${TLS_RELOAD_INTERVAL:-5}"; do
    now="$(state)" || continue
    [ "$now" != "$known" ] || continue
    pg_isready --quiet --host=/var/run/postgresql --dbname=postgres || continue
    copy_certificates || continue
    pg_ctl reload --silent --pgdata="$PGDATA" || continue
    psql --host=/var/run/postgresql --username=postgres --dbname=postgres --no-psqlrc --quiet \
      --set=ON_ERROR_STOP=1 <<'SQL' || continue
\set password `cat /run/go-coffee/secrets/postgres-password`
set log_statement = none;
alter role postgres password :'password';
SQL
    [ "$now" = "$(state)" ] && known="$now"
  done
}

if [ "${COFFEE_TLS:-on}" = on ]; then
  copy_certificates
  set -- "$@" -cssl=on "-cssl_cert_file=$own/tls.crt" "-cssl_key_file=$own/tls.key" -cssl_min_protocol_version=TLSv1.2
fi
follow &
exec docker-entrypoint.sh "$@" "-chba_file=$own/pg_hba.conf"
