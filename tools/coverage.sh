#!/usr/bin/env bash
# Runs the tests of build/coverage and prints which share of the lines, functions and branches of app, core and ui they
# reach; the lines themselves are in build/coverage/report/index.html. Arguments go to ctest. ./workbench coverage
# builds first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=build/coverage
command -v gcovr >/dev/null || { echo "coverage: gcovr is not installed (Debian package gcovr)." >&2; exit 1; }
find "$folder" -name '*.gcda' -delete
# A test that fails is told by ctest; what the others reached still counts.
status=0
ctest --preset coverage "$@" || status=$?
mkdir -p "$folder/report"
gcovr --root . --object-directory "$folder" --filter 'app/' --filter 'core/' --filter 'ui/' --exclude-throw-branches \
  --exclude-unreachable-branches --html-details "$folder/report/index.html" --print-summary "$folder"
exit $status
