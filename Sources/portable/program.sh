#!/bin/sh
# program.sh OUT PRODUCT: build PRODUCT as one file for other distributions, from the pieces that pieces.mk left under OUT.
#
# Run in the package's root. Makes OUT/PRODUCT (stripped) and OUT/PRODUCT.debug (the same with its symbols, for gdb and
# core files), and fails when the result asks for more than glibc 2.28.
set -eu
out=$(cd "$1" && pwd)
product=$2
here=$(dirname "$0")
root=$out/root

# SwiftPM does not see when an object, an archive or the root has changed, and would not link again.
rm -f "$out/swift/release/$product"

to_clang() { for flag; do printf ' -Xswiftc -Xclang-linker -Xswiftc %s' "$flag"; done; }
to_linker() { for flag; do printf ' -Xlinker %s' "$flag"; done; }

# What only the one or the other needs. Folding equal functions saves the agent 140 kB; the others are not worth the
# risk that two functions have one address.
case $product in
muster-agent) own="-lsodium --icf=all" ;;
muster) own="-lsodium -lcrypto -lz $out/gss.o" ;;
cellpipe) own="-lwebp -lzstd -llzma -lLerc -ljbig -ljpeg -ldeflate -lz" ;;
*) own= ;;
esac

# Headers come from this machine; only the link sees the root. lld because it takes archives in any order.
# shellcheck disable=SC2046,SC2086
swift build -c release --product "$product" --static-swift-stdlib --disable-local-rpath --scratch-path "$out/swift" \
    ${SWIFT_BUILD_FLAGS:-} -Xswiftc -use-ld=lld \
    $(to_clang "--sysroot=$root" "--gcc-toolchain=$root/usr" -static-libgcc) \
    $(to_linker "-L$out/lib" $own -lstdc++ "$out/compat.o" -z now)

cp "$out/swift/release/$product" "$out/$product.debug"
strip -o "$out/$product.part" "$out/$product.debug"
sh "$here/check-file.sh" "$out/$product.part"
[ "$product" != muster-agent ] || sh "$here/check-agent.sh" "$out/$product.debug"
mv "$out/$product.part" "$out/$product"
