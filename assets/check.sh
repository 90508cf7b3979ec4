#!/bin/sh
# Fails when the committed vendored assets are not what a rebuild gives.
set -eu
cd "$(dirname "$0")/.."
rebuilt=$(mktemp -d)
trap 'rm -rf "$rebuilt"' EXIT
sh assets/build.sh "$rebuilt/vendor"
diff -r src/kesher/www/static/vendor "$rebuilt/vendor" && echo "vendored assets: as built"
