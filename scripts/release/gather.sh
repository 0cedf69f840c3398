#!/bin/sh
# gather.sh FOLDER: puts what is deployed (the overlays, rendered) and how the images of a release are built there, for a
# scanner: patches and components by themselves lack what the whole has, and rebuilds for closed networks are not released.
set -eu
cd -- "$(dirname -- "$0")/../.."
mkdir -p "$1"
for overlay in staging production; do kubectl kustomize "k8s/overlays/$overlay" >"$1/$overlay.yaml"; done
kubectl kustomize k8s/tools >"$1/tools.yaml"
cp images/service/Dockerfile "$1/service.Dockerfile"
cp images/service/tools.Dockerfile "$1/tools.Dockerfile"
cp images/anvil/Dockerfile "$1/anvil.Dockerfile"
