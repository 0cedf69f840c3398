#!/bin/sh
# Whether the chain answers, by the port that only this container sees: what TLS is in front of is asked by nobody here.
set -eu
port=18545
[ "${COFFEE_TLS:-on}" = on ] || port=8545
curl --silent --fail --max-time 3 --header 'content-type: application/json' \
  --data '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}' "http://127.0.0.1:$port" | grep -q '"result"'
