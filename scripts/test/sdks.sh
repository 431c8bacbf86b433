#!/usr/bin/env bash
# usage: scripts/test/sdks.sh
# Installs the JavaScript SDKs of Anthropic, Google and Vercel in .cache/ (120 MB), once for each
# version of test/suites/protocols/javascript/package-lock.json, and prints the path of the folder.
# Exit 1 if that fails.
set -euo pipefail
exec "$(dirname "$0")/npm-packages.sh" test/suites/protocols/javascript
