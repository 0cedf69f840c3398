#!/bin/sh
# verify.sh FOLDER TAG: the manifests of FOLDER, and the images of ours in them, have the signature of the workflow
# `release` of this repository for TAG. Whoever may write to a release can replace its files; she can't sign them.
set -eu
# who COMMAND…: a command of cosign that believes nobody else.
who() {
  cosign "$@" --certificate-oidc-issuer https://token.actions.githubusercontent.com \
    --certificate-identity "https://github.com/$GITHUB_REPOSITORY/.github/workflows/release.yml@refs/tags/$tag"
}
folder=$1 tag=$2
for manifests in "$folder"/*.yaml; do
  who verify-blob "$manifests" --bundle "$manifests.sigstore.json"
done
# Names in registries are of small letters.
owner=$(printf '%s' "$GITHUB_REPOSITORY_OWNER" | tr '[:upper:]' '[:lower:]')
images=$(grep -ohE "ghcr\.io/$owner/go-coffee/[a-z-]+@sha256:[0-9a-f]{64}" "$folder"/*.yaml | sort -u)
test -n "$images" || { echo "There is no image of ghcr.io/$owner/go-coffee in $folder." >&2; exit 1; }
for image in $images; do who verify "$image" --output text; done
