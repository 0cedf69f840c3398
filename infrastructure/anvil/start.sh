#!/bin/sh
# Runs the local chain: anvil behind stunnel, which does the TLS. anvil keeps everything in memory and writes it in one go,
# so it is saved here: whole or not at all, as soon as a block with transactions is there, after some without, and before a
# stop. Those without that a kill loses are made again, and payments wait until the chain is as long as it was: so they are
# few. Old blocks are forgotten at a restart, which happens by itself twice a day: the contracts' state is all that stays for
# ever.
set -eu

secrets=/run/go-coffee/secrets
data=/data
own=/tmp/own
keep_blocks="${CHAIN_KEEP_BLOCKS:-1000}"
restart_blocks="${CHAIN_RESTART_BLOCKS:-20000}"
save_blocks="${CHAIN_SAVE_BLOCKS:-15}"
umask 077
mkdir -p "$own"

if [ "${COFFEE_TLS:-on}" = on ]; then host=127.0.0.1 port=18545; else host=0.0.0.0 port=8545; fi

rpc() {
  answer=$(curl --silent --fail --max-time 10 --header 'content-type: application/json' \
    --data "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":[${2:-}]}" "http://127.0.0.1:$port") || return 1
  printf '%s' "$answer" | jq --raw-output '.result // error'
}

# The file is complete on the disk before it gets its name.
save() {
  rpc anvil_dumpState >"$own/dump" || return 1
  cut -c3- "$own/dump" | xxd -r -p | gunzip >"$data/state.new" || return 1
  sync "$data/state.new" && mv "$data/state.new" "$data/state.json" && sync "$data" && written=$seen
}

# The newest blocks with their transactions; the state has no history.
forget() {
  [ -s "$data/state.json" ] || return 0
  jq --compact-output --argjson keep "$keep_blocks" '
    def number: ltrimstr("0x") | explode | reduce .[] as $digit (0; . * 16 + $digit - (if $digit > 96 then 87 else 48 end));
    (.best_block_number - $keep) as $last
    | .blocks |= map(select((.header.number | number) > $last))
    | .transactions |= map(select(.block_number > $last))
  ' "$data/state.json" >"$data/state.new"
  sync "$data/state.new" && mv "$data/state.new" "$data/state.json"
}

serve_tls() {
  cat "$secrets/tls.crt" "$secrets/tls.key" >"$own/pair.pem"
  cat >"$own/stunnel.conf" <<END
foreground = yes
pid =
syslog = no
debug = warning
sslVersionMin = TLSv1.2
[rpc]
accept = 0.0.0.0:8545
connect = 127.0.0.1:$port
cert = $own/pair.pem
END
  stunnel "$own/stunnel.conf" &
  tls=$!
}

# Connections go on with what they have agreed on; new ones see the new certificate.
renew_tls() {
  cat "$secrets/tls.crt" "$secrets/tls.key" >"$own/pair.new" || return 0
  cmp -s "$own/pair.new" "$own/pair.pem" && return 0
  mv "$own/pair.new" "$own/pair.pem"
  kill -HUP "$tls"
}

start_chain() {
  forget
  set -- --host "$host" --port "$port" --chain-id "$CHAIN_ID" --block-time "$CHAIN_BLOCK_TIME" \
    --threads 1 --prune-history --quiet
  [ ! -s "$data/state.json" ] || set -- "$@" --load-state "$data/state.json"
  anvil "$@" &
  chain=$!
  until seen=$(rpc eth_blockNumber); do
    kill -0 "$chain" || exit 1
    sleep 0.2
  done
  seen=$((seen))
  written=$seen
  restart_at=$((seen + restart_blocks))
}

# Whether a block since the last look has transactions, or there are many that are not saved.
changed() {
  head=$(rpc eth_blockNumber) || return 1
  head=$((head))
  found=1
  while [ "$seen" -lt "$head" ]; do
    next=$((seen + 1))
    count=$(rpc eth_getBlockTransactionCountByNumber "\"$(printf '0x%x' "$next")\"") || return 1
    [ "$count" = 0x0 ] || found=0
    seen=$next
  done
  [ $((seen - written)) -lt "$save_blocks" ] || found=0
  return "$found"
}

stop_chain() {
  save
  kill "$chain"
  wait "$chain" || true
}

trap 'stop_chain; exit 0' TERM INT
[ "${COFFEE_TLS:-on}" = off ] || serve_tls
start_chain
while kill -0 "$chain"; do
  if changed; then save || seen=$((seen - 1)); fi
  [ "${COFFEE_TLS:-on}" = off ] || renew_tls
  if [ "$seen" -ge "$restart_at" ]; then
    stop_chain
    start_chain
  fi
  # In the background, so that a signal is not kept waiting.
  sleep 0.5 &
  wait $!
done
exit 1
