#!/usr/bin/env bash
# usage: scripts/test/test-deep.sh
# Runs the long tests: planted bugs (mutants), Node.js versions, fuzzing, soak. Continues after a
# failed step. The last line is "N steps passed, N failed". Exit 0 only if all passed.
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
failed=()
step() { # name, command...
  local name=$1 started=$SECONDS
  shift
  if "$@"; then
    passed=$((passed + 1))
    printf 'deep   ok      %4d s  %s\n' $((SECONDS - started)) "$name"
  else
    failed+=("$name")
    printf 'deep   FAILED  %4d s  %s\n' $((SECONDS - started)) "$name"
  fi
}

prepare_python() { scripts/test/python-env.sh >/dev/null; }

step mutants node --import tsx test/tools/mutants/run.ts
# These tests run on all Node.js versions that can be downloaded.
if [ -d test/suites/package ]; then step 'package, on every Node.js' node_modules/.bin/vitest run test/suites/package; fi
step 'python environment' prepare_python
step 'fuzz, 300 examples' env FUZZ_EXAMPLES=300 node --import tsx scripts/test/fuzz.ts
step soak node --import tsx scripts/bench/soak.ts
step "soak, on Gemini's own API" env UPSTREAM=native node --import tsx scripts/bench/soak.ts
step "streams, on Gemini's own API" env DEEP=1 node_modules/.bin/vitest run --project native test/suites/streams
step "emulator of Function Compute, on Gemini's own API" env DEEP=1 node_modules/.bin/vitest run --project fc-native

for name in ${failed[@]+"${failed[@]}"}; do printf 'deep: failed: %s\n' "$name"; done
printf 'deep: %d steps passed, %d failed\n' "$passed" ${#failed[@]}
[ ${#failed[@]} -eq 0 ]
