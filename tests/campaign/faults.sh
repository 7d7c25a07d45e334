#!/bin/bash
# Puts espalier-cli on full disks, read-only folders, closed pipes, shrinking weights and foreign journals; each must end
# with a status that is not 0, one sentence, and what was there before untouched.
# Usage: faults.sh PATH-OF-ESPALIER-CLI
set -u
cli=$1
sample=$(cd "$(dirname "$0")/../.." && pwd)/resources/sample
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
good=0 bad=0
check() {  # TEXT CONDITION...
  local text=$1; shift
  if "$@"; then good=$((good + 1)); else bad=$((bad + 1)); echo "not as it should be: $text ($(tail -1 "$work/log" 2>/dev/null))"; fi
}
quick() { "$cli" score "$sample/model" --data "$sample/calibration" --method magnitude --out "$1" >"$work/log" 2>&1; }
slow() { "$cli" score "${2:-$sample/model}" --data "$sample/calibration" --samples 4 --batch-size 2 --out "$1" >"$work/log" 2>&1; }
not() { ! "$@"; }
said() { grep -q "$1" "$work/log"; }
# bash tells "Killed" and "Bus error" by a status above 128.
failed() { [ "$1" -ge 1 ] && [ "$1" -lt 128 ]; }

quick /dev/full; check "a full device" failed $?
"$cli" info "$sample/model" >/dev/full 2>"$work/log"; check "standard output on a full device" failed $?
(trap '' PIPE; "$cli" info "$sample/model" 2>"$work/log"; echo $? >"$work/status") | true
check "a closed pipe" failed "$(cat "$work/status")"
(ulimit -f 4; quick "$work/limited.json"); check "a limit on the size of files" failed $?
check "nothing half written" not test -e "$work/limited.json"

echo mine >"$work/mine.json.journal"
slow "$work/mine.json"; check "a foreign journal" failed $?
check "a foreign journal stays" test "$(cat "$work/mine.json.journal")" = mine
mkdir -p "$work/pruned.journal/photos"
quick "$work/scores.json"; "$cli" allocate "$work/scores.json" --target 0.5 --out "$work/plan.json" >/dev/null
"$cli" prune "$sample/model" --plan "$work/plan.json" --data "$sample/calibration" --criterion magnitude \
  --out "$work/pruned" >"$work/log" 2>&1; check "a foreign folder" failed $?
check "a foreign folder stays" test -d "$work/pruned.journal/photos"

cp -rp "$sample/model" "$work/model"
slow "$work/shrunk.json" "$work/model" & job=$!
while [ ! -s "$work/shrunk.json.journal" ] && kill -0 $job 2>/dev/null; do sleep 0.05; done
truncate -s 100000 "$work/model/model.safetensors"
wait $job; check "weights that shrink" failed $?
check "the sentence names them" said "model.safetensors"
check "the journal stays" test -s "$work/shrunk.json.journal"
cp -p "$sample/model/model.safetensors" "$work/model/model.safetensors"
slow "$work/shrunk.json" "$work/model"; check "they are back" test $? = 0
slow "$work/whole.json"; sed -i '/"model":/d' "$work/whole.json" "$work/shrunk.json"
check "the same scores" cmp -s "$work/whole.json" "$work/shrunk.json"

slow "$work/held.json" & job=$!
while [ ! -s "$work/held.json.journal" ] && kill -0 $job 2>/dev/null; do sleep 0.05; done
cp "$work/log" "$work/log.first" 2>/dev/null
"$cli" score "$sample/model" --data "$sample/calibration" --seed 1 --out "$work/held.json" >"$work/log" 2>&1
check "two at once" failed $?
check "who has it" said "in use by process"
wait $job; check "the first ends" test $? = 0

echo "faults as they should be $good, not $bad"
[ $bad -eq 0 ]
