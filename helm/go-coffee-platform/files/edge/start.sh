#!/bin/sh
# Runs nginx with the settings of the environment, and has it reload without dropping a connection when the certificate
# changes or what is behind it moves. Works in owasp/modsecurity-crs:nginx and in images/edge, without root, on a read-only
# file system: only /tmp is written.
set -eu

here=$(dirname "$0")
state=/tmp/edge
secrets=${SECRETS_DIRECTORY:-/run/go-coffee/secrets}
interval=2

say() { printf '{"level":"%s","time":"%s","name":"edge","msg":"%s"}\n' "$1" "$(date -u +%FT%TZ)" "$2"; }

fail() {
  say fatal "$1"
  exit 1
}

# matching NAME PATTERN EXAMPLE: the variable has to match the extended regular expression.
matching() {
  eval "value=\${$1:-}"
  printf '%s' "$value" | grep -qxE "$2" || fail "$1 is '$value'; set it to something like $3."
}

check_settings() {
  matching EDGE_UPSTREAM '[A-Za-z0-9.-]+:[0-9]{1,5}' producer:8080
  matching EDGE_CONSOLE_UPSTREAM '[A-Za-z0-9.-]+:[0-9]{1,5}' console:8090
  matching EDGE_REQUESTS_PER_ADDRESS '[1-9][0-9]{0,6}' '100 (a second)'
  matching EDGE_CONNECTIONS_PER_ADDRESS '[1-9][0-9]{0,4}' 100
  matching EDGE_OPEN_CONNECTIONS_PER_ADDRESS '[1-9][0-9]{0,4}' 500
  matching EDGE_CLIENT_TIMEOUT '[1-9][0-9]{0,3}s' 10s
  matching COFFEE_TLS 'on|off' on
  for address in ${EDGE_TRUSTED_PROXIES:-}; do
    printf '%s' "$address" | grep -qxE '[0-9a-fA-F.:]+(/[0-9]{1,3})?' ||
      fail "EDGE_TRUSTED_PROXIES has '$address'; it is a list of addresses and networks such as 10.0.0.0/8."
  done
  for file in tls.crt tls.key; do
    [ -s "$secrets/$file" ] || fail "$secrets/$file is not there; bootstrap makes it."
  done
}

addresses_of() { getent ahostsv4 "${1%:*}" | cut -d ' ' -f 1 | sort -u; }

# ready_of NAME PORT ADDRESS...: those of several copies that say they are ready, or all when none does: one of them starts, or
# was told to leave.
ready_of() {
  name=$1
  port=$2
  shift 2
  ready=''
  for address in "$@"; do
    if curl --silent --fail --max-time 2 --output /dev/null --resolve "$name:$port:$address" \
      --cacert "$secrets/ca.crt" "$EDGE_UPSTREAM_SCHEME://$name:$port/readyz"; then
      ready="$ready $address"
    fi
  done
  echo "${ready:-$*}"
}

# write_upstream HOST:PORT FILE: the servers of an upstream. An address that is known stays until there is another: a name
# service that is away is no reason to send nothing.
write_upstream() {
  addresses=$(addresses_of "$1" || true)
  port=${1##*:}
  # shellcheck disable=SC2086 # One address is a word.
  set -- "$1" "$2" $addresses
  if [ $# -gt 3 ]; then
    addresses=$(host=${1%:*} && shift 2 && ready_of "$host" "$port" "$@")
  fi
  if [ -z "$addresses" ]; then
    [ -s "$state/$2" ] && return
    # Nothing listens there: the edge starts before it and answers 503 meanwhile.
    addresses=127.0.0.1
    port=1
  fi
  for address in $addresses; do
    printf 'server %s max_fails=0;\n' "$address:$port"
  done > "$state/$2"
}

write_upstreams() {
  write_upstream "$EDGE_UPSTREAM" upstream.conf
  write_upstream "$EDGE_CONSOLE_UPSTREAM" console-upstream.conf
  # What nginx itself answers: who asks knows that it has taken them.
  printf 'return 200 "%s";\n' "$(cat "$state/upstream.conf" "$state/console-upstream.conf")" > "$state/upstreams.conf"
}

write_configuration() {
  mkdir -p "$state"
  # What a killed nginx leaves behind.
  rm -f "$state"/*.sock
  # Debian has it in a file of its own, upstream's nginx has it built in.
  stream=/usr/lib/nginx/modules/ngx_stream_module.so
  if [ -e "$stream" ]; then printf 'load_module %s;\n' "$stream"; fi > "$state/modules.conf"
  for address in ${EDGE_TRUSTED_PROXIES:-}; do
    printf 'set_real_ip_from %s;\n' "$address"
  done > "$state/trusted-proxies.conf"
  for address in ${EDGE_TRUSTED_PROXIES:-}; do
    printf '%s proxied;\n' "$address"
  done > "$state/proxied-addresses.conf"
  if [ "$COFFEE_TLS" = on ]; then EDGE_UPSTREAM_SCHEME=https; else EDGE_UPSTREAM_SCHEME=http; fi
  EDGE_UPSTREAM_NAME=${EDGE_UPSTREAM%:*}
  EDGE_CONSOLE_NAME=${EDGE_CONSOLE_UPSTREAM%:*}
  EDGE_DIRECTORY=$here
  EDGE_SECRETS=$secrets
  export EDGE_UPSTREAM_SCHEME EDGE_UPSTREAM_NAME EDGE_CONSOLE_NAME EDGE_DIRECTORY EDGE_SECRETS
  for file in nginx.conf server.conf; do
    # shellcheck disable=SC2016 # Names for envsubst, which leaves nginx' own variables alone.
    envsubst '$EDGE_REQUESTS_PER_ADDRESS $EDGE_CONNECTIONS_PER_ADDRESS $EDGE_OPEN_CONNECTIONS_PER_ADDRESS
      $EDGE_CLIENT_TIMEOUT $EDGE_UPSTREAM_SCHEME $EDGE_UPSTREAM_NAME $EDGE_CONSOLE_NAME $EDGE_DIRECTORY $EDGE_SECRETS' \
      < "$here/$file.template" > "$state/$file"
  done
  write_upstreams
}

fingerprint() {
  cat "$secrets/tls.crt" "$secrets/tls.key" "$secrets/ca.crt" 2>&1 | cksum
  cat "$state/upstream.conf" "$state/console-upstream.conf"
}

# A half-written certificate fails nginx' own test and is tried again.
reload_on_change() {
  seen=$(fingerprint)
  while sleep "$interval"; do
    write_upstreams
    now=$(fingerprint)
    [ "$now" = "$seen" ] && continue
    if nginx -t -q -c "$state/nginx.conf" 2>&1 && nginx -c "$state/nginx.conf" -s reload 2>&1; then
      seen=$now
      say info 'reloaded'
    fi
  done
}

check_settings
write_configuration
reload_on_change &
exec nginx -c "$state/nginx.conf" -g 'daemon off;'
