#!/usr/bin/env bash
# Times and memory of muster beside a limit measured in the same session: a table on standard output, bench.json beside
# the programs.
#
#   1,000 jobs of `true` with attempts, logs, facts and history   beside   xargs -P running `true`
#   planning 100,000 jobs to JSON                                  beside   sha256sum of as many bytes, a job each
set -euo pipefail
programs=$(readlink -f "$1")
export PATH=$programs:$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export MUSTER_STATE=$folder/state
mkdir data
for i in $(seq 1000); do mkdir "data/scene_$i"; done
printf 'experiment: {name: bench, dataset_root: data}\npipeline: {command: ["true"]}\n' > sweep.yaml
printf 'experiment: {name: big, dataset_root: data}\npipeline: {command: ["true"]}\nsweep: {matrix: {a: [%s]}}\n' \
  "$(seq -s, 100)" > big.yaml

# measure NAME COMMAND...: seconds and peak resident memory of the command into NAME_s and NAME_kib.
measure() {
  local name=$1 begin end pid peak=0 now
  shift
  begin=$(date +%s%N)
  "$@" > out.txt 2> err.txt &
  pid=$!
  while now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
    peak=$now
    sleep 0.01
  done
  wait "$pid" || { cat err.txt >&2; exit 1; }
  end=$(date +%s%N)
  printf -v "${name}_s" '%s' "$(awk -v t=$((end - begin)) 'BEGIN { printf "%.3f", t / 1e9 }')"
  printf -v "${name}_kib" '%s' "$peak"
}
cores=$(nproc)
measure xargs sh -c "seq 1000 | xargs -P$cores -n1 true"
measure run muster run sweep.yaml
measure plan muster plan big.yaml --json
mv out.txt plan.json
measure digest sh -c 'tr "{" "\n" < plan.json | sha256sum'
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() { printf '%-34s %9s s %9s MiB   %s\n' "$1" "$2" "$(($3 / 1024))" "${4:-}"; }
row "xargs -P$cores, 1,000 x true" "$xargs_s" "$xargs_kib"
row "muster run, 1,000 x true" "$run_s" "$run_kib" "$(ratio "$run_s" "$xargs_s") x xargs"
row "sha256sum of the plan's bytes" "$digest_s" "$digest_kib"
row "muster plan --json, 100,000 jobs" "$plan_s" "$plan_kib" "$(ratio "$plan_s" "$digest_s") x sha256sum"
cat > "$programs/bench.json" <<J
{"schema":1,"cores":$cores,"xargs_s":$xargs_s,"run_s":$run_s,"run_ratio":$(ratio "$run_s" "$xargs_s"),"run_peak_bytes":$((run_kib * 1024)),"plan_100k_s":$plan_s,"plan_100k_peak_bytes":$((plan_kib * 1024)),"plan_ratio":$(ratio "$plan_s" "$digest_s")}
J
echo "figures: $programs/bench.json"
