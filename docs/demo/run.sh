#!/usr/bin/env bash
# The demo: simulate a data set, run a sweep over it on this machine, show the jobs and how near the results come to the truth.
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$(readlink -f "$1")
export PATH=$programs:$PATH
folder=${MUSTER_DEMO:-.build-demo}
mkdir -p "$folder" && cd "$folder"
export MUSTER_STATE=$PWD/state
rm -rf data results state
echo "== simulate a data set of 3 scenes into $PWD/data"
cellpipe simulate --output data --scenes 3 --frames 60 --height 512 --width 512
cp ../docs/demo/sweep.yaml . 2>/dev/null || cp "$OLDPWD/docs/demo/sweep.yaml" .
echo "== plan"
muster plan sweep.yaml
echo "== run"
muster run sweep.yaml
echo "== score against the truth"
cellpipe score --results results/demo --dataset data --min-matched 0.8
echo "== results lie in $PWD/results/demo, the history in $MUSTER_STATE/history.sqlite"
