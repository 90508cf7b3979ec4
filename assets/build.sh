#!/bin/sh
# Rebuilds the vendored assets: needs Node 20 and a network for the first run. Nobody who runs the portal needs either.
set -eu
cd "$(dirname "$0")/.."
[ -d node_modules/esbuild ] || npm ci --ignore-scripts --no-audit --no-fund
node assets/build.mjs "$@"
