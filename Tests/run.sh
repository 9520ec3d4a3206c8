#!/usr/bin/env bash
# All tests. As root a Slurm cluster is brought up for them and taken down again, whatever happens; otherwise the tests
# that need one say that they were skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
# One that is up already (testcluster env) is used and left up.
if [ "$(id -u)" = 0 ] && [ ! -d "${MUSTER_TEST_CLUSTER:-/nonexistent}" ]; then
  trap 'Tests/Cluster/testcluster down >/dev/null 2>&1 || true' EXIT
  if Tests/Cluster/testcluster up --install --dbd </dev/null; then
    eval "$(Tests/Cluster/testcluster env)"
  else
    echo "no test cluster could be started: the tests on Slurm are skipped" >&2
  fi
fi
swift build --build-tests
swift test --skip-build
