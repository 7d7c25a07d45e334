#!/bin/bash
# Runs every fuzz target on INPUTS inputs in all: with libFuzzer where the preset fuzz is built
# (cmake --preset fuzz && cmake --build --preset fuzz), else by the plain driver of the preset release. The plain
# driver goes round all targets in rounds of 20,000 inputs, each round with a seed of its own; a defect ends that
# round of that target only. Stopped (Ctrl+C), it prints what was done so far.
#   tests/fuzz/run.sh [INPUTS] [SEED]
# What was found lies in build/fuzz-findings; copy an input to tests/data/fuzz/<target> when it is mended.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
inputs=${1:-1000000}
seed=${2:-1}
plain=${ESPALIER_FUZZ:-$root/build/release/tests/espalier-fuzz}
fuzzer=$root/build/fuzz/tests/espalier-libfuzzer
[ -x "$fuzzer" ] && plain=$root/build/fuzz/tests/espalier-fuzz
findings=$root/build/fuzz-findings
mkdir -p "$findings"
cd "$findings" || exit 1
seeds=$findings/seeds
"$plain" --write-seeds "$seeds" || exit 1
targets=$(ls "$seeds")
count=$(echo "$targets" | wc -l)
each=$(((inputs + count - 1) / count))
if [ -x "$fuzzer" ]; then
  status=0
  for target in $targets; do
    mkdir -p "corpus/$target"
    ESPALIER_FUZZ_TARGET=$target "$fuzzer" -runs="$each" -seed="$seed" -timeout=10 -rss_limit_mb=4096 \
      -artifact_prefix="$target-" "corpus/$target" "$seeds/$target" 2> "$target.log" || status=1
    tail -1 "$target.log"
  done
  exit $status
fi

round=20000
declare -A done_of
defects=0 stopped=
for target in $targets; do done_of[$target]=0; done
tell() {
  local all=0
  for target in $targets; do
    echo "$target: ${done_of[$target]}"
    all=$((all + ${done_of[$target]}))
  done
  echo "$all inputs without a defect, $defects rounds that ended with one (seeds $seed to $((seed + rounds - 1)))"
}
trap 'stopped=1' INT TERM
rounds=0
while [ -z "$stopped" ]; do
  left=0
  for target in $targets; do
    [ -n "$stopped" ] && break
    now=$((each - ${done_of[$target]}))
    [ $now -le 0 ] && continue
    [ $now -gt $round ] && now=$round
    log=$target.$((seed + rounds)).log
    if "$plain" --target "$target" --inputs $now --seed $((seed + rounds)) > "$log" 2>&1; then
      done_of[$target]=$((${done_of[$target]} + now))
      rm -f "$log"
    elif [ -z "$stopped" ]; then
      defects=$((defects + 1))
      [ -e "defect-$target.bin" ] && mv "defect-$target.bin" "defect-$target-$((seed + rounds)).bin"
      grep DEFECT "$log"
    fi
    [ ${done_of[$target]} -lt $each ] && left=1
  done
  rounds=$((rounds + 1))
  [ $left = 0 ] && break
  # A target whose every round ends with a defect is not tried for ever.
  [ $rounds -gt $((2 * each / round + 2)) ] && break
done
tell
[ $defects = 0 ] && [ -z "$stopped" ]
