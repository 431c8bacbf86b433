#!/usr/bin/env bash
# usage: scripts/test/genai.sh
# Installs Google's SDK of test/suites/google/genai/package-lock.json in .cache/, once for each
# version of that file (20 MB), and prints the folder. Exit 1 if that fails.
set -euo pipefail
exec "$(dirname "$0")/npm-packages.sh" test/suites/google/genai
