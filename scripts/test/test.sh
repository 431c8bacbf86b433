#!/usr/bin/env bash
# usage: scripts/test/test.sh
# Runs all tests. The last line is "N passed, N failed, N skipped". Exit 0 only if all passed.
set -euo pipefail
cd "$(dirname "$0")/../.."

# A failed step before the suites ends the run; the last line then counts it as one failure.
step() { # name, command...
  local name=$1 started=$SECONDS
  shift
  if ! "$@"; then
    printf '\nstep failed: %s\n0 passed, 1 failed, 0 skipped\n' "$name"
    exit 1
  fi
  printf 'step   ok      %3d s  %s\n' $((SECONDS - started)) "$name"
}

prepare_codex() { scripts/test/codex.sh >/dev/null; }
prepare_python() { # one environment for each version of the SDK, in parallel
  local file waiting=()
  for file in test/suites/sdk/python/requirements*.txt test/suites/agents/requirements.txt; do
    scripts/test/python-env.sh "$file" >/dev/null &
    waiting+=($!)
  done
  for file in "${waiting[@]}"; do wait "$file" || return 1; done
}

step check scripts/check/check.sh
step build node --import tsx scripts/bundle/build.ts
step package node --import tsx scripts/bundle/package.ts
step lint-deploy node --import tsx scripts/deploy/lint.ts
step 'debian packages' scripts/test/debian-packages.sh
step 'python environments' prepare_python
step 'codex command line' prepare_codex
step fuzz node --import tsx scripts/test/fuzz.ts
exec node_modules/.bin/vitest run
