#!/usr/bin/env bash
# usage: scripts/test/npm-packages.sh FOLDER [CHECK...]
# Installs the packages of FOLDER/package-lock.json in .cache/, once for each version of that file
# and platform, without install scripts, and prints the folder. CHECK is a command to run there once
# after the installation, for example to start an installed program. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

source=$1
shift
hash=$(node -e '
  const { createHash } = require("node:crypto")
  const lock = require("node:fs").readFileSync(`${process.argv[1]}/package-lock.json`)
  console.log(createHash("sha256").update(lock).update(process.platform + process.arch).digest("hex").slice(0, 12))' "$source")
name=$(basename "$source")
home=$PWD/.cache/$name-$hash
if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  cp "$source"/package{,-lock}.json "$home"
  if ! { cd "$home" && npm ci --ignore-scripts --no-audit --no-fund && "${@:-true}"; } >"$home.log" 2>&1; then
    echo "$name: could not be installed or started; see $home.log" >&2
    exit 1
  fi
  touch "$home/complete"
fi
echo "$home"
