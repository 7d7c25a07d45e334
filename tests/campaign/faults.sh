#!/bin/bash
# Puts espalier-cli on full disks, read-only folders, closed pipes, pipes and devices in place of files, names that are
# not UTF-8, pictures that are damaged or too large, shrinking weights and foreign journals; each must end with a status
# that is not 0, one sentence, and what was there before untouched, or do what can be done and say what could not.
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
# Waits until a job has a finished step in its journal, behind the line that says what it is: without one it leaves none.
begun() { while [ "$(wc -l 2>/dev/null <"$1.journal" || echo 0)" -lt 2 ] && kill -0 "$2" 2>/dev/null; do sleep 0.05; done; }
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
begun "$work/shrunk.json" $job
truncate -s 100000 "$work/model/model.safetensors"
wait $job; check "weights that shrink" failed $?
check "the sentence names them" said "model.safetensors"
check "the journal stays" test -s "$work/shrunk.json.journal"
cp -p "$sample/model/model.safetensors" "$work/model/model.safetensors"
slow "$work/shrunk.json" "$work/model"; check "they are back" test $? = 0
slow "$work/whole.json"; sed -i '/"model":/d' "$work/whole.json" "$work/shrunk.json"
check "the same scores" cmp -s "$work/whole.json" "$work/shrunk.json"

slow "$work/held.json" & job=$!
begun "$work/held.json" $job
kill -STOP "$(pgrep -P $job | head -1)"  # so that it does not end meanwhile
cp "$work/log" "$work/log.first" 2>/dev/null
"$cli" score "$sample/model" --data "$sample/calibration" --seed 1 --out "$work/held.json" >"$work/log" 2>&1
check "two at once" failed $?
check "who has it" said "in use by process"
kill -CONT "$(pgrep -P $job | head -1)"
wait $job; check "the first ends" test $? = 0

# As somebody to whom modes mean something.
someone() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
chmod 755 "$work"
mkdir "$work/readonly"
cp "$work/scores.json" "$work/readonly/old.json"
chmod 644 "$work/readonly/old.json" "$work/plan.json" "$work/scores.json"
chmod 555 "$work/readonly"
before=$(cat "$work/readonly/old.json")
someone "$cli" score "$sample/model" --data "$sample/calibration" --method magnitude --out "$work/readonly/new.json" \
  >"$work/log" 2>&1; check "a read-only folder" failed $?
check "the sentence names it" said readonly
someone "$cli" allocate "$work/scores.json" --target 0.5 --out "$work/readonly/old.json" >"$work/log" 2>&1
check "a file in a read-only folder" failed $?
check "the file stays" test "$(cat "$work/readonly/old.json")" = "$before"
someone "$cli" prune "$sample/model" --plan "$work/plan.json" --data "$sample/calibration" --criterion magnitude \
  --out "$work/readonly/pruned" >"$work/log" 2>&1; check "an export into a read-only folder" failed $?
check "nothing is left there" test "$(find "$work/readonly" | wc -l)" = 2
cp -rp "$sample/model" "$work/secret"
chmod 000 "$work/secret/model.safetensors"
someone "$cli" info "$work/secret" >"$work/log" 2>&1; check "weights that may not be read" failed $?
check "the sentence names them, too" said "model.safetensors"

mkfifo "$work/pipe"
for file in "$work/pipe" /dev/zero; do
  timeout 60 "$cli" allocate "$file" --target 0.5 --out "$work/x.json" >"$work/log" 2>&1; check "scores from $file" failed $?
  timeout 60 "$cli" evaluate "$sample/model" --data "$file" >"$work/log" 2>&1; check "data from $file" failed $?
  cp -rp "$sample/model" "$work/odd"
  ln -sf "$file" "$work/odd/config.json"
  timeout 60 "$cli" info "$work/odd" >"$work/log" 2>&1; check "config.json from $file" failed $?
  rm -r "$work/odd"
done

odd=$work/$'caf\xe9'
mkdir "$odd"
cp -rp "$sample/model" "$odd/m"$'\xff'
"$cli" score "$odd/m"$'\xff' --data "$sample/calibration" --samples 2 --batch-size 2 --out "$odd/s"$'\xff' >"$work/log" 2>&1
check "names that are not UTF-8" test $? = 0
"$cli" allocate "$odd/s"$'\xff' --target 0.5 --out "$odd/p"$'\xff' >"$work/log" 2>&1; check "a plan with such a name" test $? = 0
"$cli" prune "$odd/m"$'\xff' --plan "$odd/p"$'\xff' --data "$sample/calibration" --samples 2 --out "$odd/P"$'\xff' \
  >"$work/log" 2>&1; check "an export with such a name" test $? = 0

mkdir "$work/pairs"
cp "$sample"/pairs/* "$work/pairs" 2>/dev/null || cp -r "$sample"/pairs/. "$work/pairs"
picture=$(find "$work/pairs" -name '*.png' -o -name '*.jpg' | sort | head -1)
# A header that tells of 30000 x 30000 pixels, with the checksum that goes with it.
python3 - "$picture" <<'PY'
import struct, sys, zlib
data = bytearray(open(sys.argv[1], "rb").read())
if data[1:4] == b"PNG":
    data[16:24] = struct.pack(">II", 30000, 30000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
else:
    at = data.find(b"\xff\xc0")
    data[at + 5:at + 9] = struct.pack(">HH", 30000, 30000)
open(sys.argv[1], "wb").write(data)
PY
"$cli" evaluate "$sample/model" --data "$work/pairs" --samples 8 --memory 1G >"$work/log" 2>&1
check "one picture too large for any memory" test $? = 0
check "it is told" said "30000 x 30000"

"$cli" score "$sample/model" --data "$sample/calibration" --samples 4 --batch-size 2 --out "$work/ended.json" \
  >"$work/log" 2>&1 & job=$!
begun "$work/ended.json" $job
kill -TERM $job
wait $job; check "a job that is ended by SIGTERM" test $? = 130
check "its journal stays" test -s "$work/ended.json.journal"

echo "faults as they should be $good, not $bad"
[ $bad -eq 0 ]
