#!/bin/sh
# Starts Redis with TLS and nothing else, and gives it new certificates and users while it runs. Works with the official
# image and with images/redis: not as root, on a read-only root.
set -eu

secrets=/run/go-coffee/secrets
health=/etc/go-coffee/health.sh

state() { cat "$secrets/ca.crt" "$secrets/tls.crt" "$secrets/tls.key" "$secrets/redis-users.acl" | cksum; }

follow() {
  known="$(state)"
  while sleep "${TLS_RELOAD_INTERVAL:-5}"; do
    now="$(state)" || continue
    [ "$now" != "$known" ] || continue
    # The same names with other contents: Redis reads them again, and refuses a key without its certificate.
    if [ "${COFFEE_TLS:-on}" = on ]; then
      sh "$health" config set tls-cert-file "$secrets/tls.crt" tls-key-file "$secrets/tls.key" \
        tls-ca-cert-file "$secrets/ca.crt" || continue
    fi
    sh "$health" acl load || continue
    [ "$now" = "$(state)" ] && known="$now"
  done
}

if [ "${COFFEE_TLS:-on}" = on ]; then
  set -- "$@" --port 0 --tls-port 6379 --tls-cert-file "$secrets/tls.crt" --tls-key-file "$secrets/tls.key" \
    --tls-ca-cert-file "$secrets/ca.crt" --tls-auth-clients no --tls-protocols 'TLSv1.2 TLSv1.3'
fi
follow &
exec docker-entrypoint.sh "$@" --aclfile "$secrets/redis-users.acl"
