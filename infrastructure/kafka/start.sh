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
copy_certificates() {
  cat "$secrets/tls.key" "$secrets/tls.crt" > "$own/.keystore.pem"
  mv "$own/.keystore.pem" "$own/keystore.pem"
  cp "$secrets/ca.crt" "$own/.truststore.pem"
  mv "$own/.truststore.pem" "$own/truststore.pem"
}

# The same names with other contents: setting them again makes a broker read the files (KAFKA-14136).
reload() {
  local settings='' listener
  for listener in platform host controller; do
    settings+=",listener.name.$listener.ssl.keystore.location=$own/keystore.pem"
    settings+=",listener.name.$listener.ssl.truststore.location=$own/truststore.pem"
  done
  KAFKA_HEAP_OPTS=-Xmx64m kafka-configs --bootstrap-server localhost:9092 --command-config "$own/client.properties" \
    --alter --entity-type brokers --entity-name "$KAFKA_NODE_ID" --add-config "${settings#,}"
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
  local known now first_end newest_end
  known="$(state)"
  first_end="$(ends)"
  newest_end="$first_end"
  while sleep "${TLS_RELOAD_INTERVAL:-5}"; do
    restart_in_time
    now="$(state)" || continue
    [ "$now" != "$known" ] || continue
    copy_certificates && reload || continue
    cp "$own/keystore.pem" "$own/client.pem"
    newest_end="$(ends)"
    [ "$now" = "$(state)" ] && known="$now"
  done
}

umask 077
mkdir -p "$own"
copy_certificates
# With what the broker has read it knows this client, also while it has not read the authority of the next one.
cp "$own/keystore.pem" "$own/client.pem"
# For the command line tools in this container: kafka-topics --command-config /tmp/own/client.properties
printf '%s\n' security.protocol=SSL \
  ssl.keystore.type=PEM "ssl.keystore.location=$own/client.pem" \
  ssl.truststore.type=PEM "ssl.truststore.location=$own/truststore.pem" > "$own/client.properties"
follow &
exec /etc/confluent/docker/run
