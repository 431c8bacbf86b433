#!/usr/bin/env bash
# usage: scripts/test/test.sh
# Runs all tests, in 30 to 60 minutes on two cores. Each step is announced with its purpose and its
# usual duration. The last line is "N passed, N failed, N skipped". Exit 0 only if all passed.
set -euo pipefail
cd "$(dirname "$0")/../.."

count=0
readonly TOTAL=10
announce() { # name, duration on two idle cores, description
  count=$((count + 1))
  printf 'step   %d of %d   %s: %s (about %s)\n' "$count" "$TOTAL" "$1" "$3" "$2"
}

# Prints the elapsed time every 15 s. `sleep` must not inherit the output: it still runs after this
# function is killed, and would keep the output open.
print_progress() { # name
  local started=$SECONDS
  while sleep 15 >/dev/null 2>&1; do printf 'step   running %4d s  %s\n' $((SECONDS - started)) "$1"; done
}

# Runs a step. If it fails, the run ends, and the last line counts one failure.
step() { # name, duration, description, command that repeats it, command...
  local name=$1 repeat=$4 started=$SECONDS status=0 progress
  announce "$1" "$2" "$3"
  shift 4
  print_progress "$name" &
  progress=$!
  "$@" || status=$?
  kill "$progress" 2>/dev/null || true
  wait "$progress" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    printf '\nstep failed: %s\nrepeat: %s\n0 passed, 1 failed, 0 skipped\n' "$name" "$repeat"
    exit 1
  fi
  printf 'step   ok      %4d s  %s\n' $((SECONDS - started)) "$name"
}

prepare_agents() { # one after the other, because in parallel they take longer
  local name
  for name in codex claude-code gemini-cli opencode; do scripts/test/$name.sh >/dev/null || return 1; done
}
prepare_sdks() { scripts/test/sdks.sh >/dev/null; }
prepare_python() { # one environment for each version of the SDK, in parallel
  local file waiting=()
  for file in test/suites/sdk/python/requirements*.txt test/suites/agents/requirements.txt; do
    scripts/test/python-env.sh "$file" >/dev/null &
    waiting+=($!)
  done
  scripts/test/python-env.sh test/suites/tracing/requirements.txt rotel >/dev/null &
  waiting+=($!)
  scripts/test/python-env.sh test/suites/protocols/python/requirements-anthropic.txt anthropic >/dev/null &
  waiting+=($!)
  scripts/test/python-env.sh test/suites/protocols/python/requirements-google.txt google.genai >/dev/null &
  waiting+=($!)
  for file in "${waiting[@]}"; do wait "$file" || return 1; done
}

tsx=(node --import tsx)
step check '1 min' 'generated files, contract, format, types, import order, licences' 'make check' scripts/check/check.sh
step build '10 s; the first time 1 min' 'the server in one file, with its code cache' 'make build' "${tsx[@]}" scripts/bundle/build.ts
step package '10 s' 'the package for Function Compute' 'make package' "${tsx[@]}" scripts/bundle/package.ts
step lint-deploy '30 s' 'every variant of s.yaml, resolved by Serverless Devs' 'make lint-deploy' "${tsx[@]}" scripts/deploy/lint.ts
step 'debian packages' '1 s; the first time in CI 1 min' 'Redis, Chromium and nginx, which some tests need' \
  scripts/test/debian-packages.sh scripts/test/debian-packages.sh
step 'python environments' '1 s; the first time 1 min' 'five SDKs, OpenAI Agents, and a receiver of traces, in .cache' \
  'for file in test/suites/sdk/python/requirements*.txt test/suites/agents/requirements.txt; do scripts/test/python-env.sh $file; done; scripts/test/python-env.sh test/suites/tracing/requirements.txt rotel; scripts/test/python-env.sh test/suites/protocols/python/requirements-anthropic.txt anthropic; scripts/test/python-env.sh test/suites/protocols/python/requirements-google.txt google.genai' prepare_python
step agents '1 s; the first time 2 min' 'Codex, Claude Code, gemini-cli and opencode, in .cache' \
  'for name in codex claude-code gemini-cli opencode; do scripts/test/$name.sh; done' prepare_agents
step 'other JavaScript SDKs' '1 s; the first time 30 s' "Anthropic's, Google's and the AI SDK, in .cache" scripts/test/sdks.sh prepare_sdks
step fuzz '2 min' 'random requests by Schemathesis, checked against the contract' 'make fuzz' "${tsx[@]}" scripts/test/fuzz.ts
announce suites '25 to 55 min' 'all test files; each is printed when it ends'
exec node_modules/.bin/vitest run
