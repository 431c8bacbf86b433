#!/usr/bin/env bash
# usage: scripts/test/test-deep.sh
# What takes longer than make test, each step with its time: mutants, Node.js versions, three times the fuzzing, the soak. Goes on after a step
# that failed; the last line counts them. Exit 0 only if all passed.
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
# The versions of Node.js that the package runs on, where they can be had; see there.
if [ -d test/suites/package ]; then step 'package, on every Node.js' node_modules/.bin/vitest run test/suites/package; fi
step 'python environment' prepare_python
step 'fuzz, 300 examples' env FUZZ_EXAMPLES=300 node --import tsx scripts/test/fuzz.ts
step soak node --import tsx scripts/bench/soak.ts

for name in ${failed[@]+"${failed[@]}"}; do printf 'deep: failed: %s\n' "$name"; done
printf 'deep: %d steps passed, %d failed\n' "$passed" ${#failed[@]}
[ ${#failed[@]} -eq 0 ]
