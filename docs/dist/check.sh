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
"${drop[@]}" env -i HOME="$folder/home" PATH="$folder/bin:/usr/bin:/bin" bash -euc '
  cd "$HOME"
  muster version
  cellpipe simulate --output data --scenes 2 --frames 12 --height 160 --width 160 --cells 2 >/dev/null
  printf "experiment: {name: check, dataset_root: data}\npipeline: cellpipe\nstages: {extract: {min_frames: 4}}\nsweep: {matrix: {segment.threshold_sigma: [3, 4]}}\n" > sweep.yaml
  muster plan sweep.yaml
  muster run sweep.yaml
  muster history list
  for table in results/check/*/*/*/*traces_ch_*.csv; do [ -s "$table" ]; done'
echo "the tarball runs: $tarball"
