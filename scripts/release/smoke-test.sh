#!/bin/sh
# smoke-test.sh TOOLS: places an order inside of the cluster of KUBECONFIG, follows it until it is completed, and takes
# the pod that did so away. TOOLS is k8s/tools, rendered.
set -eu
cleaned_up() { kubectl delete --filename "$1" --ignore-not-found --wait=true; }
cleaned_up "$1"
trap 'cleaned_up "$1"' EXIT
kubectl apply --filename "$1"
kubectl wait pod/tools --namespace go-coffee-platform --for condition=Ready --timeout 2m
kubectl exec pod/tools --namespace go-coffee-platform -- /nodejs/bin/node scripts/cli/main.ts order
