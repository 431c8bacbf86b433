#!/usr/bin/env bash
# usage: scripts/test/codex.sh
# Installs the Codex command line of test/suites/agents/codex/package-lock.json in .cache/, once for
# each version of that file (170 MB), and prints the path of its launcher. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

hash=$(node -e '
  const { createHash } = require("node:crypto")
  const lock = require("node:fs").readFileSync("test/suites/agents/codex/package-lock.json")
  console.log(createHash("sha256").update(lock).update(process.platform + process.arch).digest("hex").slice(0, 12))')
home=$PWD/.cache/codex-$hash
launcher=$home/node_modules/@openai/codex/bin/codex.js
if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  cp test/suites/agents/codex/package{,-lock}.json "$home"
  if ! { (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund) && node "$launcher" --version; } >"$home.log" 2>&1; then
    echo "codex: could not install or start the Codex command line; see $home.log" >&2
    exit 1
  fi
  touch "$home/complete"
fi
echo "$launcher"
