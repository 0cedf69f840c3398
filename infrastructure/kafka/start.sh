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

follow() {
  local known now
  known="$(state)"
  while sleep "${TLS_RELOAD_INTERVAL:-5}"; do
    now="$(state)" || continue
    [ "$now" != "$known" ] || continue
    copy_certificates && reload || continue
    [ "$now" = "$(state)" ] && known="$now"
  done
}

umask 077
mkdir -p "$own"
copy_certificates
# For the command line tools in this container: kafka-topics --command-config /tmp/own/client.properties
printf '%s\n' security.protocol=SSL \
  ssl.keystore.type=PEM "ssl.keystore.location=$own/keystore.pem" \
  ssl.truststore.type=PEM "ssl.truststore.location=$own/truststore.pem" > "$own/client.properties"
follow &
exec /etc/confluent/docker/run
