#!/bin/bash
# Starts MirrorMaker 2, which copies the topics of another region to this one's Kafka as <region>.<topic>: it reads far and
# writes near, so that a region that is lost takes only the copying to itself along. The program is a part of Kafka's distribution.
# Works with confluentinc/cp-kafka and with images/kafka: not as root, on a read-only root.
# REGION and MIRRORED_REGION: the names of this region and of the other one. KAFKA_BROKERS and MIRRORED_BROKERS: where they are.
set -o errexit -o nounset

own=/tmp/own
umask 077
mkdir -p "$own"
export LOG_DIR=/tmp

# How one of the two is reached. $1: its name, $2: the folder of our certificate there (ca.crt, tls.crt, tls.key).
connection() {
  [ "${COFFEE_TLS:-on}" != off ] || return 0
  # Key and certificate in one file, as Kafka wants them.
  cat "$2/tls.key" "$2/tls.crt" > "$own/$1.keystore.pem"
  cp "$2/ca.crt" "$own/$1.truststore.pem"
  printf '%s\n' "$1.security.protocol = SSL" \
    "$1.ssl.keystore.type = PEM" "$1.ssl.keystore.location = $own/$1.keystore.pem" \
    "$1.ssl.truststore.type = PEM" "$1.ssl.truststore.location = $own/$1.truststore.pem"
}

near="$REGION" far="$MIRRORED_REGION" replication="${KAFKA_REPLICATION:-1}"
near_secrets=/run/go-coffee/secrets far_secrets=/run/go-coffee/mirrored-secrets
{
  cat <<PROPERTIES
clusters = $near, $far
$near.bootstrap.servers = $KAFKA_BROKERS
$far.bootstrap.servers = $MIRRORED_BROKERS
$far->$near.enabled = true
$near->$far.enabled = false
# What an order is made of and what becomes of it. Copies have another name and are never copied back.
$far->$near.topics = orders[.]v1, order-events[.]v1, payments[.]v1
# From the first message that is there, and of new topics soon.
$far.consumer.auto.offset.reset = earliest
refresh.topics.interval.seconds = 30
tasks.max = 2
# Nothing is written far, and rights are for each region to give.
offset-syncs.topic.location = target
sync.topic.acls.enabled = false
# Nobody moves from one region's topics to the other's: their consumer groups have nothing to do with each other.
emit.heartbeats.enabled = false
emit.checkpoints.enabled = false
replication.factor = $replication
offset-syncs.topic.replication.factor = $replication
config.storage.replication.factor = $replication
offset.storage.replication.factor = $replication
status.storage.replication.factor = $replication
PROPERTIES
  connection "$near" "$near_secrets"
  connection "$far" "$far_secrets"
} > "$own/mirror.properties"

# It reads certificates when it starts: with new ones it starts anew.
state() { cat "$near_secrets"/{ca.crt,tls.crt,tls.key} "$far_secrets"/{ca.crt,tls.crt,tls.key} | cksum; }
follow() {
  local known now
  known="$(state)"
  while sleep "${TLS_RELOAD_INTERVAL:-30}"; do
    now="$(state)" || continue
    [ "$now" = "$known" ] || kill -TERM $$
  done
}
[ "${COFFEE_TLS:-on}" = off ] || follow &

exec connect-mirror-maker "$own/mirror.properties" --clusters "$near"
