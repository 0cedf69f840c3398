#!/bin/bash
# Starts Kafka with TLS, known clients and access control on every listener, and gives it new certificates while it runs.
# Works with confluentinc/cp-kafka and with images/kafka: not as root, on a read-only root.
set -o errexit -o nounset

secrets=/run/go-coffee/secrets
own=/tmp/own

if [ "${COFFEE_TLS:-on}" = off ]; then
  export KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLATFORM:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT
  unset KAFKA_AUTHORIZER_CLASS_NAME
  exec /etc/confluent/docker/run
fi

state() { cat "$secrets"/{ca.crt,tls.crt,tls.key} | cksum; }

# Key and certificate in one file, complete or not at all.
copy_certificate() {
  cat "$secrets/tls.key" "$secrets/tls.crt" > "$own/.keystore.pem"
  mv "$own/.keystore.pem" "$own/keystore.pem"
}

copy_authorities() {
  cp "$secrets/ca.crt" "$own/.truststore.pem"
  mv "$own/.truststore.pem" "$own/truststore.pem"
}

configs() {
  KAFKA_HEAP_OPTS=-Xmx64m kafka-configs --bootstrap-server localhost:9092 --command-config "$own/$1.properties" \
    --entity-type brokers --entity-name "$KAFKA_NODE_ID" "${@:2}"
}

# The same names with other contents: setting them again makes a broker read the files (KAFKA-14136), soon afterwards.
reload() {
  local settings='' listener
  for listener in platform host controller; do
    settings+=",listener.name.$listener.ssl.keystore.location=$own/keystore.pem"
    settings+=",listener.name.$listener.ssl.truststore.location=$own/truststore.pem"
  done
  configs client --alter --add-config "${settings#,}"
}

# A broker takes a new certificate only when it knows its authority already, and reads files when it gets to it: so the
# authorities come first, and the certificate when one that they signed is let in.
renew() {
  local authorities
  authorities="$(cksum < "$secrets/ca.crt")"
  if [ "$authorities" != "$known_authorities" ]; then
    copy_authorities && reload || return
    known_authorities="$authorities"
  fi
  cat "$secrets/tls.key" "$secrets/tls.crt" > "$own/next.pem"
  configs next --describe > /dev/null || return
  mv "$own/next.pem" "$own/client.pem"
  copy_certificate && reload
}

# When the certificate ends, in seconds since 1970; 0 in a quorum of one, where nobody asks.
ends() {
  local until=''
  [[ "$KAFKA_CONTROLLER_QUORUM_VOTERS" != *,* ]] ||
    until="$(keytool -printcert -file "$secrets/tls.crt" | sed -n 's/.*until: //p' | head -n 1)"
  date --date "${until:-@0}" +%s
}

# Controllers go on calling each other with what they had at their start: a quorum's members start anew before that ends,
# three hours after each other, when there is a newer certificate to start with.
restart_in_time() {
  [ "$first_end" -gt 0 ] && [ "$newest_end" -gt "$first_end" ] || return 0
  [ "$(date +%s)" -lt $((first_end - KAFKA_NODE_ID * 3 * 3600)) ] || kill -TERM $$
}

follow() {
  local known known_authorities now first_end newest_end
  known="$(state)"
  known_authorities="$(cksum < "$own/truststore.pem")"
  first_end="$(ends)"
  newest_end="$first_end"
  while sleep "${TLS_RELOAD_INTERVAL:-5}"; do
    restart_in_time
    now="$(state)" || continue
    [ "$now" != "$known" ] || continue
    renew || continue
    newest_end="$(ends)"
    [ "$now" = "$(state)" ] && known="$now"
  done
}

umask 077
mkdir -p "$own"
copy_authorities
copy_certificate
# What the broker has read lets in this client, also while it has not read the authority of the next one.
cp "$own/keystore.pem" "$own/client.pem"
# For the command line tools in this container: kafka-topics --command-config /tmp/own/client.properties
for client in client next; do
  printf '%s\n' security.protocol=SSL \
    ssl.keystore.type=PEM "ssl.keystore.location=$own/$client.pem" \
    ssl.truststore.type=PEM "ssl.truststore.location=$own/truststore.pem" > "$own/$client.properties"
done
follow &
exec /etc/confluent/docker/run
