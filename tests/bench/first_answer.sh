#!/bin/bash
# From a folder to the first answer of a pruned model: SmolVLM-256M's shape with random weights, 8 pairs. Prints the
# time of each step by the clock and of the processor, and the sum without writing the model.
#
#   tests/bench/first_answer.sh [espalier-cli] [threads]
set -e
cli=${1:-build/release/app/espalier-cli} threads=${2:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
total=0
step() {
  name=$1
  shift
  /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$cli" --threads "$threads" "$@" > "$work/out" 2>&1 ||
    { cat "$work/out"; exit 1; }
  tail -1 "$work/time" | awk -v name="$name" \
    '{ printf "%-28s %7.1f s, processor %7.1f s, peak %5.0f MiB\n", name, $1, $2 + $3, $4 / 1024 }'
}
"$cli" synth smolvlm-256m --out "$work/s" > "$work/out"
model=$work/s/model data=$work/s/data
start=$(date +%s.%N)
step "open" info "$model"
step "exact scores of 8 pairs" score "$model" --data "$data" --method exact-gradient --samples 8 --batch-size 4 \
  --out "$work/scores.json"
step "plan" allocate "$work/scores.json" --target 0.5 --out "$work/plan.json"
step "prune by magnitude, export" prune "$model" --plan "$work/plan.json" --data "$data" --samples 1 \
  --criterion magnitude --out "$work/pruned"
step "first answer" evaluate "$work/pruned" --data "$data" --samples 1
echo "all: $(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }') s by the clock"
