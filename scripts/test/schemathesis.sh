#!/usr/bin/env bash
# usage: scripts/test/schemathesis.sh [arguments of schemathesis]
# Runs Schemathesis ~=4.32 with the first of: $SCHEMATHESIS, PATH, uvx, pipx, docker, Python.
# Paths must be relative to the root of the repository, for docker. Exit 3 if none is available.
set -euo pipefail
cd "$(dirname "$0")/../.."
range='schemathesis~=4.32'
image=${SCHEMATHESIS_IMAGE:-ghcr.io/schemathesis/schemathesis:stable}

is_in_range() { "$@" --version 2>/dev/null </dev/null | grep -Eq '(^|[^0-9.])4\.(3[2-9]|[4-9][0-9])\.'; }
run_with_docker() {
  docker run --rm --network host --user "$(id -u):$(id -g)" --volume "$PWD:/repo" --workdir /repo \
    --env HOME=/tmp --env PYTHONDONTWRITEBYTECODE --env HYPOTHESIS_STORAGE_DIRECTORY \
    --env SCHEMATHESIS_TOKEN --env SCHEMATHESIS_ADMIN_TOKEN --env FUZZ_STREAM --env FUZZ_RESPONSES --env FUZZ_GEMINI "$image" "$@"
}

if [ -n "${SCHEMATHESIS:-}" ]; then
  read -ra command <<<"$SCHEMATHESIS"
  exec "${command[@]}" "$@"
fi
for name in st schemathesis; do
  if command -v "$name" >/dev/null && is_in_range "$name"; then exec "$name" "$@"; fi
done
if command -v uvx >/dev/null && is_in_range uvx --from "$range" schemathesis; then exec uvx --from "$range" schemathesis "$@"; fi
if command -v pipx >/dev/null && is_in_range pipx run --spec "$range" schemathesis; then exec pipx run --spec "$range" schemathesis "$@"; fi
if command -v docker >/dev/null && docker info >/dev/null 2>&1 && is_in_range run_with_docker; then
  run_with_docker "$@"
  exit
fi
if python=$(scripts/test/python-env.sh test/tools/fuzz/requirements.txt schemathesis); then exec "$python" -m schemathesis.cli "$@"; fi
echo 'schemathesis: found neither Schemathesis ~=4.32, uvx, pipx, a running docker nor a Python >= 3.10 that can install it' >&2
exit 3
