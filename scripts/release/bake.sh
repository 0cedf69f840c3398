#!/bin/sh
# Builds the images of docker-bake.hcl with the versions of .env; arguments are those of `docker buildx bake`.
set -eu
cd -- "$(dirname -- "$0")/../.."
set -a
. ./.env
set +a
# Only this file: bake would read compose.yaml as well.
exec docker buildx bake --file docker-bake.hcl "$@"
