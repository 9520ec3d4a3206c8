#!/usr/bin/env bash
# check.sh TARBALL: unpack it in an empty folder and run a small sweep with it, as nobody, with an empty environment and
# with no compiler's folder on the path.
set -euo pipefail
tarball=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/home" && tar -xzf "$tarball" -C "$folder" --strip-components=1
drop=()
if [ "$(id -u)" = 0 ]; then
  chown -R 65534:65534 "$folder"
  chmod 755 "$folder"
  drop=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
cat > "$folder/home/sweep.yaml" <<'Y'
experiment: {name: check, dataset_root: data}
pipeline: cellpipe
stages: {extract: {min_frames: 4}}
sweep: {matrix: {segment.threshold_sigma: [3, 4]}}
Y
# What the sweep must leave: 2 scenes at 2 points, all succeeded, their tables collected, one run in the history, and
# the agent of the tarball, byte for byte, as the one that ran.
"${drop[@]}" env -i HOME="$folder/home" PATH="$folder/bin:/usr/bin:/bin" bash -euo pipefail -c '
  fail() { echo "the tarball does not hold what it promises: $1" >&2; exit 1; }
  cd "$HOME"
  muster version
  muster clusters | grep -q example || fail "no clusters come along"
  cellpipe simulate --output data --scenes 2 --frames 12 --height 160 --width 160 --cells 2 >/dev/null
  muster plan sweep.yaml > plan.txt
  muster run sweep.yaml
  muster collect last
  [ "$(ls results/check/*/*/*/*traces_ch_*.csv | wc -l)" -ge 4 ] || fail "collect brought no tables"
  muster history list --json | grep -q "\"succeeded\":4" || fail "the history does not tell of 4 jobs"
  find .local -type f -size +1M -exec cmp -s {} ../bin/muster-agent \; -print | grep -q . || fail "another agent ran"
  for script in bash-completion/completions/muster zsh/site-functions/_muster fish/vendor_completions.d/muster.fish; do
    [ -s "../share/$script" ] || fail "no $script"
  done' || { echo "$tarball: the check failed" >&2; exit 1; }
echo "as nobody, with nothing in the environment: a run of 4 jobs from the unpacked tarball"
