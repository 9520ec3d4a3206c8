#!/usr/bin/env bash
# What watching costs: CPU time and memory of an agent over SECONDS (60) of one job with four processes of 64 threads each
# and four GPUs that a library stands in for, a look a second. Needs cc.
#
#   agent.sh FOLDER-OF-PROGRAMS [SECONDS [none]]      none: without GPUs
set -euo pipefail
programs=$(readlink -f "$1")
seconds=${2:-60}
source=$(readlink -f "$(dirname "$0")/../../Tests/TestSupport/FakeNVML/nvml.c")
export PATH=$programs:$PATH
folder=$(mktemp -d)
client=
finish() {
  [ -z "$client" ] || { muster cancel last > /dev/null 2>&1 || kill "$client"; wait "$client" || true; }
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
export MUSTER_STATE=$folder/state
cat > busy.c <<'C'
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static void *idle(void *unused) { pause(); return unused; }
int main(void) {
    for (int i = 0; i < 3; i++) if (fork() == 0) break;
    pthread_t thread;
    for (int i = 0; i < 63; i++) pthread_create(&thread, 0, idle, 0);
    pause();
}
C
cc -O1 -pthread -o busy busy.c
gpus=
if [ "${3:-}" != none ]; then
  cc -O1 -shared -fPIC -o libnvidia-ml.so.1 "$source"
  for i in 0 1 2 3; do echo "gpu $i GPU-$i 85899345920 1073741824 50 300000 60 0"; done > gpus
  export LD_LIBRARY_PATH=$folder FAKE_NVML=$folder/gpus CUDA_VISIBLE_DEVICES=0,1,2,3
  gpus='resources: {gpus: 4}'
fi
mkdir -p data/scene
printf 'experiment: {name: watch, dataset_root: data}\npipeline: {command: ["%s/busy"]}\n%s\n' "$folder" "$gpus" > sweep.yaml
muster run sweep.yaml > out.txt 2> err.txt &
client=$!
pid=
for _ in $(seq 1200); do
  pid=$(sed -n 's/.*"kind":"agent.started".*"pid":\([0-9]*\).*/\1/p' state/runs/*/lanes/*/outbox.jsonl 2> /dev/null | head -1) || true
  [ -n "$pid" ] && break
  sleep 0.1
done
[ -n "$pid" ] || { cat err.txt >&2; exit 1; }
sleep 3
# User and system time in ticks.
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
before=$(ticks)
sleep "$seconds"
after=$(ticks)
memory() { sed -n "s/^$1:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$pid/status"; }
awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v s="$seconds" -v m="$(memory VmHWM)" -v a="$(memory RssAnon)" \
  'BEGIN { printf "agent, %d s: %.2f s of CPU, %.2f %% of a core; peak memory %.1f MiB, of its own %.1f MiB\n", s, t / hz, 100 * t / hz / s, m / 1024, a / 1024 }'
