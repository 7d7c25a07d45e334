#!/usr/bin/env bash
# The checks that need no run of the program (CONTRIBUTING.md). ./workbench check calls this file.
#
#   check.sh                      format, commits, layers, and tidy for changed files
#   check.sh format [--fix]       clang-format 14 with .clang-format; --fix rewrites the files
#   check.sh commits [RANGE]      the subjects of commits, by default those since the branch left main
#   check.sh layers               the table of docs/architecture.md against what the sources include
#   check.sh tidy [--all]         clang-tidy with .clang-tidy on changed files, or on the whole tree
#   check.sh headers [--all]      changed headers, or all, compile alone; with --all every source without the precompiled header
#
# Changed files are those that differ from main, and those not committed. ESPALIER_MAIN names another branch than main,
# ESPALIER_JOBS how many processes run at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=${ESPALIER_JOBS:-$(nproc)}
failed=()

say() { printf '%s\n' "$*" >&2; }
fail() { failed+=("$1"); }

# Where this branch left main. The last commit's parent where there is no main, or where this is main.
fork_point() {
  local main base
  for main in ${ESPALIER_MAIN:-$(git for-each-ref --format='%(refname)' 'refs/remotes/*/main' refs/heads/main)}; do
    if git rev-parse -q --verify "$main^{commit}" >/dev/null; then
      base=$(git merge-base "$main" HEAD 2>/dev/null || true)
      if [[ -n $base && $base != $(git rev-parse HEAD) ]]; then
        printf '%s\n' "$base"
        return
      fi
    fi
  done
  git rev-parse -q --verify HEAD~1 || git hash-object -t tree /dev/null
}

sources() { git ls-files -co --exclude-standard -- '*.h' '*.cpp'; }

changed_sources() {
  { git diff --name-only --diff-filter=d "$(fork_point)" -- '*.h' '*.cpp'
    git ls-files -o --exclude-standard -- '*.h' '*.cpp'; } | sort -u
}

# A build folder of its own, never built: it says how each file is compiled alone, without precompiled headers.
# unity: the same with several files at a time, which takes a fifth of the time for the whole tree.
compile_commands() {
  local folder=build/check$1 unity=OFF
  mkdir -p build
  [[ $1 == -unity ]] && unity=ON
  cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DESPALIER_UNITY=$unity -DESPALIER_TESTS=ON \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >"$folder.log" 2>&1 ||
    { cat "$folder.log" >&2; return 1; }
  printf '%s\n' "$folder"
}

check_format() {
  local tool fix=("--dry-run" "-Werror")
  tool=$(command -v clang-format-14 || command -v clang-format || true)
  [[ -n $tool ]] || { say "format: clang-format 14 is not installed"; fail format; return; }
  if ! "$tool" --version | grep -q ' 14\.'; then
    say "format: skipped, this is $("$tool" --version | head -1); the tree is formatted by version 14, and others differ"
    return
  fi
  [[ ${1:-} == --fix ]] && fix=("-i")
  sources | xargs -r -d '\n' -n 64 -P "$jobs" "$tool" "${fix[@]}" || fail format
}

# "area: imperative", at most 72 characters, no full stop, a blank line before the body. Merges and reverts name themselves.
check_commits() {
  local range=${1:-$(fork_point)..HEAD} id subject second wrong=0
  [[ $range == "$(git hash-object -t tree /dev/null)..HEAD" ]] && range=HEAD
  while read -r id; do
    subject=$(git log -1 --format=%s "$id")
    second=$(git log -1 --format=%B "$id" | sed -n 2p)
    [[ $subject == Revert\ * ]] && continue
    if (( ${#subject} > 72 )); then say "commit ${id:0:9}: the subject has ${#subject} characters, at most 72: $subject"; wrong=1; fi
    if [[ ! $subject =~ ^[a-z][a-z0-9\ ,-]*:\ [^\ ] ]]; then say "commit ${id:0:9}: the subject is not \"area: what it does\": $subject"; wrong=1; fi
    if [[ $subject == *. ]]; then say "commit ${id:0:9}: the subject ends with a full stop: $subject"; wrong=1; fi
    if [[ -n $second ]]; then say "commit ${id:0:9}: the line after the subject is not blank: $second"; wrong=1; fi
  done < <(git rev-list --no-merges "$range")
  (( wrong == 0 )) || fail commits
}

# The test of the suite, built alone: it needs Qt Test and no engine.
check_layers() {
  local folder
  folder=$(compile_commands "") || { fail layers; return; }
  cmake --build "$folder" --target structure.layering_test -- --quiet >&2 || { fail layers; return; }
  "$folder"/tests/bin/structure.layering_test -silent >&2 || fail layers
}

check_tidy() {
  command -v clang-tidy >/dev/null || { say "tidy: clang-tidy is not installed"; fail tidy; return; }
  local folder
  if [[ ${1:-} == --all ]]; then
    folder=$(compile_commands -unity) || { fail tidy; return; }
    python3 tools/tidy.py --jobs "$jobs" --all "$folder" || fail tidy
  else
    folder=$(compile_commands "") || { fail tidy; return; }
    changed_sources | python3 tools/tidy.py --jobs "$jobs" "$folder" || fail tidy
  fi
}

check_headers() {
  local folder
  folder=$(compile_commands "") || { fail headers; return; }
  if [[ ${1:-} == --all ]]; then
    sources | python3 tools/compile_alone.py --jobs "$jobs" "$folder" || fail headers
  else
    changed_sources | python3 tools/compile_alone.py --jobs "$jobs" "$folder" || fail headers
  fi
}

what=${1:-default}
shift || true
case $what in
  format) check_format "$@" ;;
  commits) check_commits "$@" ;;
  layers) check_layers ;;
  tidy) check_tidy "$@" ;;
  headers) check_headers "$@" ;;
  default)
    check_format
    check_commits
    check_layers
    check_tidy
    ;;
  -h | --help)
    sed -n '2,13p' "$0" | cut -c3-
    exit 0
    ;;
  *)
    say "There is no check named $what. Known are format, commits, layers, tidy and headers."
    exit 2
    ;;
esac
if (( ${#failed[@]} )); then
  say "Failed:" "${failed[@]}"
  exit 1
fi
say "All checks passed."
