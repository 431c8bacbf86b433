#!/usr/bin/env bash
# usage: scripts/test/gemini-cli.sh
# Installs gemini-cli of test/suites/agents/geminiCli/package-lock.json in .cache/, once for each
# version of that file (100 MB), and prints the path of its launcher. Exit 1 if that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

launcher=node_modules/@google/gemini-cli/bundle/gemini.js
home=$(scripts/test/npm-packages.sh test/suites/agents/geminiCli node "$launcher" --version)
echo "$home/$launcher"
