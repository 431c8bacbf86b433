#!/usr/bin/env bash
# usage: scripts/test/python-env.sh [requirements.txt [module to import]]
# Installs the packages (default: test/suites/sdk/python) in .cache/, once for each version of the
# file, and prints the path of the new Python. PYTHON sets the interpreter. Exit 1 if it fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
requirements=${1:-test/suites/sdk/python/requirements.txt}

say() { echo "python-env: $*" >&2; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python3.10 python}; do
  if is_new_enough "$candidate"; then python=$(command -v "$candidate") && break; fi
done
if [ -z "$python" ]; then
  say "needs Python >= 3.10, found ${PYTHON:-python3}: $("${PYTHON:-python3}" --version 2>&1 | tail -n 1); set PYTHON=/path/to/python3 to use another"
  exit 1
fi

hash=$({ cat "$requirements"; "$python" -VV; echo "$python"; } | node -e '
  const { createHash } = require("node:crypto")
  console.log(createHash("sha256").update(require("node:fs").readFileSync(0)).digest("hex").slice(0, 12))')
env=$PWD/.cache/python-$hash
if [ -e "$env/complete" ]; then
  echo "$env/bin/python"
  exit
fi

log=$PWD/.cache/python-$hash.log
install=(install --quiet --disable-pip-version-check --only-binary=:all: --requirement "$requirements")
install_with_venv() { "$python" -m venv "$env" && "$env/bin/python" -m pip "${install[@]}"; }
install_with_uv() { uv venv --quiet --python "$python" "$env" && uv pip install --quiet --python "$env/bin/python" --requirement "$requirements"; }
install_with_pip() { # for a Python that lacks venv or ensurepip, but has pip
  "$python" -m pip "${install[@]}" --target "$env/packages" && mkdir -p "$env/bin" &&
    printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" "$@"\n' "$env/packages" "$python" >"$env/bin/python" && chmod +x "$env/bin/python"
}

mkdir -p .cache
: >"$log"
for installer in install_with_venv install_with_uv install_with_pip; do
  rm -rf "$env"
  if $installer >>"$log" 2>&1 && "$env/bin/python" -c "import ${2:-openai}" >>"$log" 2>&1; then
    touch "$env/complete"
    echo "$env/bin/python"
    exit
  fi
done
say "could not install $requirements with venv, uv or pip (on Debian: apt install python3-venv); see $log"
exit 1
