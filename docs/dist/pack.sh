#!/usr/bin/env bash
# A tarball that runs without root and without Swift: programs with Swift's runtime linked in, the C libraries that a
# machine may lack beside them, and the portable agent.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^public let musterVersion = "\(.*\)"/\1/p' Sources/MusterCLI/Muster.swift)
name=muster-$version-linux-$(uname -m)
out=dist/$name
swift build -c release --static-swift-stdlib --scratch-path .build-dist --product muster
swift build -c release --static-swift-stdlib --scratch-path .build-dist --product cellpipe
rm -rf "$out" && mkdir -p "$out/bin" "$out/lib" "$out/share/muster"
for program in muster cellpipe; do
  strip -o "$out/lib/$program" ".build-dist/release/$program"
  # The program finds its libraries beside itself wherever the folder lies.
  cat > "$out/bin/$program" <<'S'
#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)
export MUSTER_AGENT="${MUSTER_AGENT:-$here/bin/muster-agent}" MUSTER_SHARE="${MUSTER_SHARE:-$here/share/muster}"
exec "$here/lib/ld.so" --library-path "$here/lib" "$here/lib/$(basename -- "$0")" "$@"
S
  chmod 755 "$out/bin/$program"
  ldd ".build-dist/release/$program" | awk '$3 ~ /^\// {print $3}' | while read -r library; do cp -Lu "$library" "$out/lib/"; done
done
cp -L /lib64/ld-linux-x86-64.so.2 "$out/lib/ld.so"
cp .build-agent/muster-agent "$out/bin/muster-agent"
cp -r templates cluster-configs "$out/share/muster/"
cp LICENSE README.md CHANGELOG.md "$out/"
install -d "$out/share/muster/docs" "$out/share/muster/licenses"
cp docs/*.md "$out/share/muster/docs/"
# Each bundled library's own terms, under the name of its Debian package.
for library in "$out"/lib/lib*; do
  package=$(dpkg -S "*/$(basename "$library")" | sed -n '1s/:.*//p')
  cp -L "/usr/share/doc/$package/copyright" "$out/share/muster/licenses/$package"
done
docs/dist/completions.sh "$out/bin/muster" "$out/share"
tar -C dist -czf "dist/$name.tar.gz" "$name"
docs/dist/check.sh "dist/$name.tar.gz"
du -h "dist/$name.tar.gz"
