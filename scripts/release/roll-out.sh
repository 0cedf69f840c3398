#!/bin/sh
# roll-out.sh MANIFESTS: applies them to the cluster of KUBECONFIG and waits until every workload is ready.
# Migrations only expand, so that the manifests of the release before can be rolled out the same way.
set -eu
platform='go-coffee-platform go-coffee-monitoring'
# A Job can't be changed, and is there for a while after it has ended.
for namespace in $platform; do
  kubectl delete job bootstrap --namespace "$namespace" --ignore-not-found
done
kubectl apply --filename "$1"
for namespace in $platform; do
  workloads=$(kubectl get deployments,statefulsets --namespace "$namespace" --output name)
  for workload in $workloads; do
    kubectl rollout status "$workload" --namespace "$namespace" --timeout 10m
  done
done
