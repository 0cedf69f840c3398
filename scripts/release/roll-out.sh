#!/bin/sh
# roll-out.sh MANIFESTS: applies them to the cluster of KUBECONFIG and waits until every workload is ready.
# Migrations only expand, so that the manifests of the release before can be rolled out the same way.
set -eu
kubectl apply --filename "$1"
for namespace in go-coffee-platform go-coffee-monitoring; do
  for workload in $(kubectl get deployments,statefulsets --namespace "$namespace" --output name); do
    kubectl rollout status "$workload" --namespace "$namespace" --timeout 10m
  done
done
