#!/usr/bin/env bash
# licenses.sh CHECKOUTS OUT: gather the terms of everything that is linked into the programs.
set -euo pipefail
checkouts=$1 out=$2
mkdir -p "$out"
for package in libssh-dev libssl-dev zlib1g-dev libsqlite3-dev libyaml-dev libzmq3-dev libsodium-dev gcc-12-base \
  libtiff-dev libwebp-dev libzstd-dev liblzma-dev liblerc-dev libjbig-dev libjpeg62-turbo-dev libdeflate-dev; do
  cp -L "/usr/share/doc/$package/copyright" "$out/$package"
done
for package in "$checkouts"/*/; do
  install -m 644 "$package"LICENSE* "$out/$(basename "$package")"
done
cp "$(dirname "$(readlink -f "$(command -v swift)")")/../share/swift/LICENSE.txt" "$out/swift"
