#!/usr/bin/env bash
# usage: scripts/test/sdks.sh
# Installs the JavaScript SDKs of test/suites/protocols/javascript/package-lock.json in .cache/, once
# for each version of that file (120 MB), and prints the folder. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

hash=$(node -e '
  const { createHash } = require("node:crypto")
  const lock = require("node:fs").readFileSync("test/suites/protocols/javascript/package-lock.json")
  console.log(createHash("sha256").update(lock).digest("hex").slice(0, 12))')
home=$PWD/.cache/sdks-$hash
if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  cp test/suites/protocols/javascript/package{,-lock}.json "$home"
  if ! (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund) >"$home.log" 2>&1; then
    echo "sdks: could not install the SDKs; see $home.log" >&2
    exit 1
  fi
  touch "$home/complete"
fi
echo "$home"
