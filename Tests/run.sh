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
# Of thousands of lines, those that tell an ending; what failed is said once more before the last word.
log=$(mktemp)
status=0
# run OPTION PATTERN ...: some of the tests.
run() { swift test --skip-build "$@" 2>&1 | tee -a "$log" | grep --line-buffered -v '^◇' || status=${PIPESTATUS[0]}; }
# Those of whole programs wait in the threads that the others want. Those of SSH give a command 30 seconds and those of the web
# pages a minute, which they do not have where others hold these threads.
run --skip '^(SystemTests|SSHTests|MusterWebTests)\.'
run --filter '^SSHTests\.'
run --filter '^MusterWebTests\.' --no-parallel
run --filter '^SystemTests\.'
if [ "$status" != 0 ]; then
  echo "what failed:"
  grep -E '^(✘|↳|error:|Fatal)' "$log" | cut -c1-1000 || true
fi
grep -E '^[^ ]+ Test run with' "$log" || true
rm -f "$log"
exit "$status"
