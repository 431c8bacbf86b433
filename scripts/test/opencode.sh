#!/usr/bin/env bash
# usage: scripts/test/opencode.sh
# Installs opencode in .cache/ (180 MB), once for each version of
# test/suites/clients/opencode/package-lock.json, and prints the path of its program. The lock file
# is for Linux on x64; other platforms get the package of the same version. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

source=test/suites/clients/opencode
package=opencode-$(node -p 'process.platform + "-" + process.arch')
hash=$(node -e '
  const { createHash } = require("node:crypto")
  const lock = require("node:fs").readFileSync(`${process.argv[1]}/package-lock.json`)
  console.log(createHash("sha256").update(lock).update(process.platform + process.arch).digest("hex").slice(0, 12))' "$source")
version=$(node -p "require('./$source/package.json').dependencies['opencode-linux-x64']")
home=$PWD/.cache/opencode-$hash
program=$home/node_modules/$package/bin/opencode

install() {
  if [ "$package" = opencode-linux-x64 ]; then
    cp "$source"/package{,-lock}.json "$home"
    npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund
  else
    npm i --prefix "$home" --ignore-scripts --no-audit --no-fund "$package@$version"
  fi
  HOME=$home "$program" --version
}

if [ ! -e "$home/complete" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  if ! install >"$home.log" 2>&1; then
    echo "opencode: could not be installed or started; see $home.log" >&2
    exit 1
  fi
  touch "$home/complete"
fi
echo "$program"
