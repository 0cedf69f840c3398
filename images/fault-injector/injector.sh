#!/bin/sh
# injector SECONDS: holds a fault for that long. Whoever sets the fault up leaves /undo.sh first; it runs when the time
# is up and when the container is stopped, so that a fault ends even when nobody is left to end it.
seconds=$1

undo() {
  if [ -e /undo.sh ]; then sh /undo.sh; fi
  exit 0
}
trap undo TERM INT

toxiproxy -host 127.0.0.1 &
sleep "$seconds" &
wait $!
undo
