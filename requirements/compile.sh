#!/bin/sh
# The only way to make the .txt files: hashed, universal, and without any index address.
set -e
cd "$(dirname "$0")"
for name in base local dev uv node bench; do
  "${UV:-uv}" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-emit-index-url --no-annotate --custom-compile-command requirements/compile.sh "$@" \
    --output-file "$name.txt" "$name.in"
done
if grep -nE 'https?://|--(extra-)?index-url|--find-links' ./*.txt; then
  echo "an address leaked into a lock file" >&2
  exit 1
fi
