#!/usr/bin/env bash
# usage: scripts/test/debian-packages.sh
# Sees to the Debian packages that some tests need. Installs them only with CI=true and as root; elsewhere prints the one command and what is
# left out without them. Exit 1 when one is missing with CI=true.
set -euo pipefail
PATH=$PATH:/usr/sbin

# package, a command that it brings, what is left out without it
packages=(
  'redis-server|redis-server|the tests of what instances share (*.redis.test.ts)'
  'chromium|chromium|the tests in a browser (*.chromium.test.ts)'
  'nginx|nginx|the tests behind nginx (*.nginx.test.ts)'
)

missing=()
for entry in "${packages[@]}"; do
  IFS='|' read -r package command _ <<<"$entry"
  command -v "$command" >/dev/null || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # Services of these packages are not wanted: tests start their own.
  if ! { apt-get update && RUNLEVEL=1 "${install[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "debian-packages: could not install ${missing[*]}" >&2
    exit 1
  fi
  exit 0
fi

for entry in "${packages[@]}"; do
  IFS='|' read -r package command what <<<"$entry"
  command -v "$command" >/dev/null || echo "debian-packages: without $package these are left out: $what"
done
echo "debian-packages: to install what is missing: sudo ${install[*]}"
[ "${CI:-}" != true ]
