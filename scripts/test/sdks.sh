#!/usr/bin/env bash
# usage: scripts/test/sdks.sh
# Installs the SDKs of test/suites/protocols/javascript/package-lock.json in .cache/, once for each
# version of that file (120 MB), and prints the folder. Exit 1 if that fails.
set -euo pipefail
exec "$(dirname "$0")/npm-packages.sh" test/suites/protocols/javascript
