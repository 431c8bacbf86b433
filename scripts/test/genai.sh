#!/usr/bin/env bash
# usage: scripts/test/genai.sh
# Installs Google's SDK of test/suites/google/genai/package-lock.json in .cache/, once for each
# version of that file (20 MB), and prints the folder. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

hash=$(node -e '
  const { createHash } = require("node:crypto")
  const lock = require("node:fs").readFileSync("test/suites/google/genai/package-lock.json")
  console.log(createHash("sha256").update(lock).digest("hex").slice(0, 12))')
home=$PWD/.cache/genai-$hash
if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  cp test/suites/google/genai/package{,-lock}.json "$home"
  if ! (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund) >"$home.log" 2>&1; then
    echo "genai: could not install Google's SDK; see $home.log" >&2
    exit 1
  fi
  touch "$home/complete"
fi
echo "$home"
