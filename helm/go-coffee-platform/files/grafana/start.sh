#!/bin/sh
# Grafana wants a folder for each kind of provisioning; ours come as one, as on Kubernetes. Its address and those that it
# calls are TLS or not, as COFFEE_TLS says.
set -eu
if [ "$COFFEE_TLS" = off ]; then
  export SCHEME=http GF_SERVER_PROTOCOL=http
else
  export SCHEME=https GF_SERVER_PROTOCOL=https
  export GF_SERVER_CERT_FILE=/run/go-coffee/secrets/tls.crt GF_SERVER_CERT_KEY=/run/go-coffee/secrets/tls.key
fi
export GF_PATHS_PROVISIONING=/tmp/provisioning
for kind in datasources dashboards plugins alerting access-control; do mkdir -p "$GF_PATHS_PROVISIONING/$kind"; done
cp /etc/go-coffee/grafana/datasources.yaml "$GF_PATHS_PROVISIONING/datasources/"
cp /etc/go-coffee/grafana/dashboards.yaml "$GF_PATHS_PROVISIONING/dashboards/"
exec /run.sh
