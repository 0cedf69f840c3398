#!/bin/sh
# Deploys a version of Go Coffee to a Kubernetes cluster; --help tells how. All of it is in scripts/deploy.
exec "$(dirname -- "$0")/../coffee" deploy "$@"
