# The images that a release publishes, for both architectures, with their lists of parts and their provenance:
#   scripts/release/bake.sh --print
# Versions come from .env. ./coffee builds for the machine that it runs on, and does not use this.

variable "REGISTRY" {
  default = "go-coffee"
}
variable "VERSION" {
  default = "local"
}
variable "NODE_BUILD_IMAGE" {}
variable "NODE_RUNTIME_IMAGE" {}
variable "ANVIL_VERSION" {}

group "default" {
  targets = ["service", "tools", "anvil"]
}

target "released" {
  context    = "."
  platforms  = ["linux/amd64", "linux/arm64"]
  attest     = ["type=sbom", "type=provenance,mode=max"]
  args = {
    # The image's own time: the same sources make the same image.
    SOURCE_DATE_EPOCH = "0"
  }
}

target "service" {
  inherits   = ["released"]
  dockerfile = "images/service/Dockerfile"
  tags       = ["${REGISTRY}/service:${VERSION}"]
  cache-from = ["type=registry,ref=${REGISTRY}/service:cache"]
  args = {
    NODE_BUILD_IMAGE   = NODE_BUILD_IMAGE
    NODE_RUNTIME_IMAGE = NODE_RUNTIME_IMAGE
  }
}

target "tools" {
  inherits   = ["released"]
  dockerfile = "images/service/tools.Dockerfile"
  tags       = ["${REGISTRY}/tools:${VERSION}"]
  # The service that is built beside it, which no registry has yet.
  contexts   = { service = "target:service" }
  args       = { SERVICE_IMAGE = "service" }
}

target "anvil" {
  inherits   = ["released"]
  context    = "images/anvil"
  dockerfile = "Dockerfile"
  tags       = ["${REGISTRY}/anvil:${VERSION}"]
  cache-from = ["type=registry,ref=${REGISTRY}/anvil:cache"]
  args = {
    NODE_BUILD_IMAGE = NODE_BUILD_IMAGE
    ANVIL_VERSION    = ANVIL_VERSION
  }
}
