#!/usr/bin/env bash
# usage: scripts/test/claude-code.sh
# Installs Claude Code in .cache/ (385 MB), once for each version of
# test/suites/agents/claudeCode/package-lock.json, and prints the path of its program. Exit 1 if
# that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The binary is in a platform-specific package, of which npm installs one; the install script of the
# main package, which npm does not run here, links it to the expected path.
package=node_modules/@anthropic-ai/claude-code
home=$(scripts/test/npm-packages.sh test/suites/agents/claudeCode \
  bash -c "node $package/install.cjs && $package/bin/claude.exe --version")
echo "$home/$package/bin/claude.exe"
