#!/usr/bin/env bash
# pack.sh PROGRAMS: make from the portable programs in PROGRAMS a tarball that runs without root and without Swift, try
# it, and print its path and size.
set -euo pipefail
programs=$(readlink -f "$1")
cd "$(dirname "$0")/../.."
version=$("$programs/muster" version | cut -d' ' -f2)
name=muster-$version-linux-$(uname -m)
out=dist/$name
rm -rf "$out" && mkdir -p "$out"
# muster finds the agent beside itself and the rest in ../share/muster, wherever the folder lies.
install -D -m 755 -t "$out/bin" "$programs"/{muster,muster-agent,cellpipe}
install -d "$out/share/muster"
cp -r templates cluster-configs "$out/share/muster/"
cp LICENSE README.md CHANGELOG.md "$out/"
install -D -m 644 -t "$out/docs" docs/*.md
docs/dist/licenses.sh "$programs/swift/checkouts" "$out/share/muster/licenses"
docs/dist/completions.sh "$out/bin/muster" "$out/share"
# The same files give the same tarball, whoever packs them.
tar -C dist --sort=name --owner=0 --group=0 --numeric-owner --mode=go+rX,go-w \
  --mtime="@$(git log -1 --format=%ct 2>/dev/null || date +%s)" -c "$name" | gzip -n > "dist/$name.tar.gz"
docs/dist/check.sh "dist/$name.tar.gz"
echo "$PWD/dist/$name.tar.gz: $(du -h "dist/$name.tar.gz" | cut -f1)"
