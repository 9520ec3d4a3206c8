#!/usr/bin/env bash
# 1,000 jobs of `true` with full history against `xargs -P2` in the same session; prints a table and writes bench.json.
set -euo pipefail
export PATH=$(readlink -f "$1"):$PATH
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"; export MUSTER_STATE=$folder/state
mkdir data; for i in $(seq 1000); do mkdir "data/scene_$i"; done
printf 'experiment: {name: bench, dataset_root: data}\npipeline: {command: ["true"]}\n' > sweep.yaml
now() { date +%s%N; }
a=$(now); seq 1000 | xargs -P2 -n1 true; b=$(now)
muster plan sweep.yaml --json > plan.json; c=$(now)
muster run sweep.yaml > run.txt 2>&1; d=$(now)
awk -v x=$((b-a)) -v p=$((c-b)) -v m=$((d-c)) 'BEGIN {
  printf "xargs -P2      %8.3f s\nmuster plan    %8.3f s\nmuster run     %8.3f s  %.2f of xargs\n", x/1e9, p/1e9, m/1e9, m/x
  printf "{\"schema\":1,\"xargs_s\":%.4f,\"plan_s\":%.4f,\"run_s\":%.4f,\"ratio\":%.3f}\n", x/1e9, p/1e9, m/1e9, m/x > "/dev/stderr" }' 2> bench.json
cat bench.json
