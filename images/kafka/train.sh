#!/bin/bash
# Runs a broker and a client once while the image is built, and archives the classes that they loaded (JDK AppCDS).
set -o errexit -o nounset

work="$(mktemp -d)"
log="$work/log"
export CLUSTER_ID=4L6g3nShT-eMCtK--X86sw
export KAFKA_LOG_DIRS="$work/data" KAFKA_NODE_ID=1 KAFKA_PROCESS_ROLES=broker,controller
export KAFKA_LISTENERS=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:9092 KAFKA_CONTROLLER_QUORUM_VOTERS=1@127.0.0.1:9093
export KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER
export KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
export KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR=1 KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS=1
export KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR=1 KAFKA_TRANSACTION_STATE_LOG_MIN_ISR=1
export KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS=0
mkdir "$KAFKA_LOG_DIRS"
/etc/confluent/docker/configure
/etc/confluent/docker/ensure

KAFKA_OPTS='-XX:ArchiveClassesAtExit=/usr/share/kafka/kafka.jsa.new' KAFKA_HEAP_OPTS=-Xmx512m \
  kafka-server-start /etc/kafka/kafka.properties > "$log" 2>&1 &
broker=$!
deadline=$((SECONDS + 300))
until grep -q 'Kafka Server started' "$log"; do
  if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$broker"; then
    cat "$log" >&2
    exit 1
  fi
  sleep 0.2
done
kafka-topics --bootstrap-server 127.0.0.1:9092 --create --topic training --partitions 1
echo one | kafka-console-producer --bootstrap-server 127.0.0.1:9092 --topic training
kafka-console-consumer --bootstrap-server 127.0.0.1:9092 --topic training --from-beginning --max-messages 1 --group training
kill -TERM "$broker"
wait "$broker" || true # a JVM that SIGTERM ended exits with 143
mv /usr/share/kafka/kafka.jsa.new /usr/share/kafka/kafka.jsa
rm -rf "$work" /etc/kafka/kafka.properties /etc/kafka/log4j2.properties
