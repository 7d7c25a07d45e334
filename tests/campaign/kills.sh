#!/bin/bash
# Kills score, prune, recover and evaluate of the bundled sample, and one of two processes that share a score, at random
# moments, resumes them, and compares what comes out with a run that was left alone, byte for byte. Moments are drawn from the time a job has still to run, as far as it is
# known: what the last whole one took, less what the killed ones before it had. Only kills that met a running job count.
# Usage: kills.sh PATH-OF-ESPALIER-CLI [KILLS [SEED]]      (200 kills, seed 1, unless told otherwise)
set -u
cli=$1 kills=${2:-200}
RANDOM=${3:-1}
sample=$(cd "$(dirname "$0")/../.." && pwd)/resources/sample
work=$(mktemp -d)
killed=0 early=0 resumed=0 equal=0 different=0 failed=0
# Also where a person ends it before it is through.
finish() {
  rm -rf "$work"
  echo "kills $killed, ended before the kill $early, resumed $resumed, equal $equal, different $different, failed $failed"
}
trap finish EXIT
trap 'exit 130' INT TERM

jobs="score prune recover evaluate shared"
job() {  # NAME OUT: one of the jobs
  case $1 in
    score) "$cli" score "$sample/model" --data "$sample/calibration" --samples 4 --batch-size 2 --out "$2" ;;
    shared) "$cli" score "$sample/model" --data "$sample/calibration" --samples 4 --batch-size 2 --processes 2 --out "$2" ;;
    recover) "$cli" recover "$work/whole-prune" --dense "$sample/model" --data "$sample/calibration" --samples 16 \
      --rebuild-steps 4 --distil-steps 4 --out "$2" ;;
    prune) "$cli" prune "$sample/model" --plan "$work/plan.json" --data "$sample/calibration" --samples 16 --out "$2" ;;
    evaluate) "$cli" evaluate "$sample/model" --data "$sample/pairs" --out "$2" ;;
  esac >"$work/log" 2>&1
}
same() {  # NAME A B: equal but for the time it took
  case $1 in
    score | shared) cmp -s "$2" "$3" ;;
    prune | recover) cmp -s "$2/model.safetensors" "$3/model.safetensors" ;;
    evaluate) diff -q <(grep -v '"seconds"' "$2") <(grep -v '"seconds"' "$3") >/dev/null ;;
  esac
}

now() { date +%s%3N; }
declare -A millis
for name in $jobs; do
  [ $name = prune ] && "$cli" allocate "$work/whole-score" --target 0.5 --out "$work/plan.json" >/dev/null
  begin=$(now)
  job $name "$work/whole-$name" || { echo "$name does not run: $(tail -1 "$work/log")"; exit 1; }
  millis[$name]=$(($(now) - begin))
done
same shared "$work/whole-score" "$work/whole-shared" || { echo "two processes give other scores than one"; exit 1; }

while [ "$killed" -lt "$kills" ]; do
  for name in $jobs; do
    [ "$killed" -ge "$kills" ] && break
    out=$work/killed-$name left=${millis[$name]} had=0 ended=
    # Up to three kills of one job before it may end.
    for _ in 1 2 3; do
      begin=$(now)
      job $name "$out" & pid=$!
      wait=$(((RANDOM * 32768 + RANDOM) % left))
      sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
      victim=$(pgrep -P $pid | head -1)
      # Of two processes one: rank 0 or rank 1.
      [ $name = shared ] && [ -n "$victim" ] && victim=$(pgrep -P "$victim" | sed -n "$((RANDOM % 2 + 1))p")
      if [ -n "$victim" ] && kill -KILL "$victim" 2>/dev/null; then killed=$((killed + 1)); else early=$((early + 1)) ended=1; fi
      wait $pid 2>/dev/null
      took=$(($(now) - begin)) had=$((had + took))
      # A machine that became faster: what this job took in all is what one takes.
      if [ -e "$out" ]; then [ $had -lt "${millis[$name]}" ] && millis[$name]=$had; break; fi
      left=$((left - took))
      [ $left -lt 300 ] && left=300
    done
    if [ ! -e "$out" ]; then
      ended=1
      if job $name "$out"; then resumed=$((resumed + 1)); else failed=$((failed + 1)); tail -1 "$work/log"; fi
    fi
    if same $name "$work/whole-$name" "$out"; then equal=$((equal + 1)); else different=$((different + 1)); fi
    # A kill between the output and the removal of the journal leaves both.
    rest=$(find "$work" -maxdepth 1 -name "killed-$name.*" ! -name '*.lock' ! -name '*.partial-*' | wc -l)
    [ -n "$ended" ] && [ "$rest" -gt 0 ] && { echo "$name leaves a journal behind"; failed=$((failed + 1)); }
    rm -rf "$out" "$out".*
  done
done
[ $((different + failed)) -eq 0 ]
