#!/usr/bin/env bash
# usage: scripts/test/gemini-cli.sh
# Installs gemini-cli in .cache/ (100 MB), once for each version of
# test/suites/agents/geminiCli/package-lock.json, and prints the path of its launcher. Exit 1 if
# that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

launcher=node_modules/@google/gemini-cli/bundle/gemini.js
home=$(scripts/test/npm-packages.sh test/suites/agents/geminiCli node "$launcher" --version)
echo "$home/$launcher"
