#!/bin/sh
# Runs every fuzz target on INPUTS inputs in all: with libFuzzer where the preset fuzz is built
# (cmake --preset fuzz && cmake --build --preset fuzz), else by the plain driver of the preset release.
#   tests/fuzz/run.sh [INPUTS] [SEED]
# What was found lies in build/fuzz-findings; copy an input to tests/data/fuzz/<target> when it is mended.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
inputs=${1:-1000000}
seed=${2:-1}
plain=$root/build/release/tests/espalier-fuzz
fuzzer=$root/build/fuzz/tests/espalier-libfuzzer
[ -x "$fuzzer" ] && plain=$root/build/fuzz/tests/espalier-fuzz
findings=$root/build/fuzz-findings
mkdir -p "$findings"
cd "$findings"
seeds=$findings/seeds
"$plain" --write-seeds "$seeds"
targets=$(ls "$seeds")
count=$(echo "$targets" | wc -l)
each=$(((inputs + count - 1) / count))
status=0
for target in $targets; do
  if [ -x "$fuzzer" ]; then
    mkdir -p "corpus/$target"
    ESPALIER_FUZZ_TARGET=$target "$fuzzer" -runs="$each" -seed="$seed" -timeout=10 -rss_limit_mb=4096 \
      -artifact_prefix="$target-" "corpus/$target" "$seeds/$target" 2> "$target.log" || status=1
    tail -1 "$target.log"
  else
    "$plain" --target "$target" --inputs "$each" --seed "$seed" || status=1
  fi
done
exit $status
