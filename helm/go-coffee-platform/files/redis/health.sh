#!/bin/sh
# Gives Redis a command, PING unless told, as the user of its own scripts. Fails unless the answer is good.
set -eu

secrets=/run/go-coffee/secrets
tls=''
[ "${COFFEE_TLS:-on}" = off ] || tls="--tls --cacert $secrets/ca.crt --sni localhost"
[ $# -gt 0 ] || set -- ping
REDISCLI_AUTH="$(cat "$secrets/redis-password")"
export REDISCLI_AUTH
# shellcheck disable=SC2086 # a list of flags
redis-cli --user redis --no-auth-warning $tls "$@" | grep -qE '^(PONG|OK)$'
