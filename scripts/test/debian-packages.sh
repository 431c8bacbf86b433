#!/usr/bin/env bash
# usage: scripts/test/debian-packages.sh
# Installs the Debian packages that some tests need, if it runs as root with CI=true. Otherwise
# prints the command for that, and the tests that are skipped without the packages. Exit 1 if a
# package is missing and CI=true.
set -euo pipefail
PATH=$PATH:/usr/sbin

# Each entry: the package, one of its commands, the tests that need it.
packages=(
  'redis-server|redis-server|the tests of state shared by instances (*.redis.test.ts)'
  'chromium|chromium|the tests in a browser (*.chromium.test.ts)'
  'nginx|nginx|the tests behind nginx (*.nginx.test.ts)'
  'prometheus|promtool|the tests of metrics and alerts with promtool (*.promtool.test.ts)'
)

missing=()
notes=()
for entry in "${packages[@]}"; do
  IFS='|' read -r package command tests <<<"$entry"
  command -v "$command" >/dev/null && continue
  missing+=("$package")
  notes+=("debian-packages: $package is not installed; skipping $tests")
done
[ ${#missing[@]} -gt 0 ] || exit 0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # RUNLEVEL=1: do not start the services of the packages. Tests start their own.
  if ! { apt-get update && RUNLEVEL=1 "${install[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "debian-packages: could not install ${missing[*]}" >&2
    exit 1
  fi
  exit 0
fi

printf '%s\n' "${notes[@]}" "debian-packages: to install the missing packages: sudo ${install[*]}"
[ "${CI:-}" != true ]
