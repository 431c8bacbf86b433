#!/usr/bin/env bash
# usage: scripts/check/check.sh
# Runs every static check, even after a failure, and lists the failures. Exit 1 if one failed.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

failed=()
step() { # name, command...
  local name=$1 started=$SECONDS output
  shift
  if output=$("$@" 2>&1); then
    if [ "$name" = structure ]; then printf '%s\n' "$output"; fi
    printf 'check  ok      %3d s  %s\n' $((SECONDS - started)) "$name"
  else
    printf '%s\ncheck  FAILED  %3d s  %s\n' "$output" $((SECONDS - started)) "$name"
    failed+=("$name")
  fi
}

step 'generated/ matches spec/' node --import tsx scripts/spec/generate.ts --check
step 'READMEs, docs/ and .env.example match the code' node --import tsx scripts/docs/docs.ts --check
step 'spec lint (redocly)' redocly lint --config spec/redocly.yaml spec/openapi.yaml
step 'format and lint (biome)' biome check --error-on-warnings --diagnostic-level=warn .
step 'types (tsc)' tsc --noEmit
step 'types of the console (tsc)' tsc --noEmit -p src/consolePage
step 'floors (dependency-cruiser)' depcruise --config scripts/check/dependency-cruiser.cjs src
step structure node --import tsx scripts/check/structure.ts
step 'compatibility with the released contract' node --import tsx scripts/spec/released.ts --check
step 'package-lock.json' node --import tsx scripts/check/lockfile.ts
step 'licences of runtime dependencies' node --import tsx scripts/check/licences.ts

if [ ${#failed[@]} -gt 0 ]; then
  printf 'check failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
