#!/bin/sh
# Makes the pictures of docs/guide.md from the program: docs/screenshots.sh [build folder]
set -e
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build/release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
QT_QPA_PLATFORM=offscreen "$build/app/espalier-measure" --screenshots "$folder"
mkdir -p "$root/docs/images"
for name in $(grep -o 'images/[a-z-]*\.png' "$root/docs/guide.md" | sort -u); do
  cp "$folder/$(basename "$name")" "$root/docs/images/"
done
