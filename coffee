#!/bin/sh
# Go Coffee's command line. This part only provides what the rest needs, a Node and the packages of package-lock.json,
# and then hands over to scripts/cli/main.ts. It says nothing when both are there. POSIX sh: macOS, WSL2 and Debian's
# dash run it alike. Everything that it makes is staged and renamed into place, so that an interrupted or a concurrent
# run never leaves half an installation.
set -eu
cd -- "$(dirname -- "$0")"
root=$PWD
toolchain=$root/.coffee/toolchain/node_modules/.bin
staging=$root/.coffee/staging.$$
lock=$root/.coffee/lock
# Certificates that only this machine trusts (a TLS-inspecting proxy, a company's CA) count for Node as well.
export NODE_USE_SYSTEM_CA="${NODE_USE_SYSTEM_CA:-1}"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; say "  $2"; exit 1; }

# timed TITLE COMMAND…: runs a step, reports its time, and what went wrong if it failed.
timed() {
  title=$1; started=$(date +%s); shift
  say "… $title"
  "$@" >.coffee/setup.log 2>&1 || {
    say "✗ $title (all of its output: .coffee/setup.log)"
    grep -iE 'err|fail|unable' .coffee/setup.log | head -n 12 >&2
    exit 1
  }
  say "✓ $title ($(($(date +%s) - started)) s)"
}

# The oldest Node that fits, 24.11.1, has stable type stripping and the synchronous hooks that telemetry needs.
fits() {
  version=$("$1" --version 2>/dev/null) || return 1
  minor=${version#*.}; patch=${minor#*.}; major=${version%%.*}; minor=${minor%%.*}
  [ $((${major#v} * 10000 + minor * 100 + ${patch%%-*})) -ge 241101 ]
}
has_node() {
  if fits "$toolchain/node"; then PATH="$toolchain:$PATH"; else fits node; fi
}

stamp() { echo "$(uname -sm) $(cat package-lock.json .npmrc | cksum)"; }
has_packages() { [ "$(cat node_modules/.coffee-stamp 2>/dev/null)" = "$(stamp)" ]; }

install_npm() {
  export DEBIAN_FRONTEND=noninteractive
  set -- install -y --no-install-recommends ca-certificates npm
  # Ctrl-C while packages are unpacked would leave them half configured.
  apt-get update && apt-get "$@" --download-only && (trap '' INT && apt-get "$@")
}
ensure_npm() {
  command -v npm >/dev/null && return
  if [ "$(id -u)" -eq 0 ] && [ -f /etc/debian_version ]; then
    say "There is no npm here. Installing the distribution's (apt-get install npm); Node itself stays in the project."
    timed 'Installing npm' install_npm
  else
    fail 'Go Coffee needs npm, or Node 24.11.1 or newer with npm, and there is none in PATH.' \
      'Install it (Debian, Ubuntu: sudo apt-get install npm; macOS: brew install node; others: nodejs.org), then repeat.'
  fi
}
install_node() {
  mkdir "$staging/toolchain"
  npm install --prefix "$staging/toolchain" --no-save --no-package-lock --ignore-scripts=false "node@$1" &&
    "$staging/toolchain/node_modules/.bin/node" --version &&
    rm -rf .coffee/toolchain && mv "$staging/toolchain" .coffee/toolchain
}
install_packages() {
  cp package.json package-lock.json .npmrc "$staging" && (cd "$staging" && npm ci) &&
    stamp >"$staging/node_modules/.coffee-stamp" &&
    { [ ! -e node_modules ] || mv node_modules "$staging/replaced"; } && mv "$staging/node_modules" node_modules
}

# Also of another user: kill -0 alone would take that one for dead. A minimal Debian has no ps.
alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }

# One set-up at a time. The lock names its holder, so that the lock of a killed run is recognised.
take_lock() {
  until ln -s $$ "$lock" 2>/dev/null; do
    holder=$(readlink "$lock") || continue
    if ! alive "$holder"; then
      # Renaming is atomic: of several waiters one takes the dead lock away, and a live one that it may have caught goes back.
      mv "$lock" "$lock.$$" 2>/dev/null && [ "$(readlink "$lock.$$")" != "$holder" ] && mv -n "$lock.$$" "$lock"
      rm -f "$lock.$$"; continue
    fi
    [ -n "${waited:-}" ] || say "Waiting for another coffee (process $holder) to finish the set-up ($lock)"
    waited=1; sleep 1
  done
}
set_up() {
  mkdir -p .coffee; take_lock
  trap 'rm -rf "$staging"; rm -f "$lock"' EXIT
  trap 'exit 130' INT; trap 'exit 143' TERM HUP
  for left in .coffee/staging.*; do alive "${left##*.}" || rm -rf "$left"; done
  mkdir "$staging"
  if ! has_node; then
    wanted=$(sed -n 's/^NODE_VERSION=//p' .env); ensure_npm
    has_node || timed "Installing Node $wanted into .coffee/toolchain" install_node "$wanted"
    has_node || fail "Node $wanted does not run here." 'Install Node 24.11.1 or newer (nodejs.org), then repeat.'
  fi
  if ! has_packages; then
    ensure_npm
    if node scripts/cli/packages-fit.ts; then stamp >node_modules/.coffee-stamp
    else timed 'Installing packages (npm ci)' install_packages; fi
  fi
  rm -rf "$staging"; rm -f "$lock"; trap - EXIT INT TERM HUP
}

if ! has_node || ! has_packages; then set_up; fi
exec node "$root/scripts/cli/main.ts" "$@"
