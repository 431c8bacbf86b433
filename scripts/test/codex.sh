#!/usr/bin/env bash
# usage: scripts/test/codex.sh
# Installs the Codex command line in .cache/ (170 MB), once for each version of
# test/suites/agents/codex/package-lock.json, and prints the path of its launcher. Exit 1 if that
# fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

launcher=node_modules/@openai/codex/bin/codex.js
home=$(scripts/test/npm-packages.sh test/suites/agents/codex node "$launcher" --version)
echo "$home/$launcher"
