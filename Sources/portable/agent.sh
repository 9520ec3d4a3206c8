#!/bin/sh
# agent.sh OUT: build muster-agent as one file for other distributions, from the pieces that zmq.mk left under OUT.
#
# Run in the package's root. Makes OUT/muster-agent (stripped) and OUT/muster-agent.debug (the same with its symbols,
# for gdb and core files), and fails when the result asks for more than glibc 2.28.
set -eu
out=$(cd "$1" && pwd)
here=$(dirname "$0")
scratch=$PWD/.build-agent-swift
root=$out/root

# SwiftPM does not see when compat.o, an archive or the root has changed, and would not link again.
rm -f "$scratch/release/muster-agent"

to_clang() { for flag; do printf ' -Xswiftc -Xclang-linker -Xswiftc %s' "$flag"; done; }
to_linker() { for flag; do printf ' -Xlinker %s' "$flag"; done; }

# Headers come from this machine; only the link sees the root. lld because it takes archives in any order.
# shellcheck disable=SC2046
swift build -c release --product muster-agent --disable-local-rpath --scratch-path "$scratch" ${SWIFT_BUILD_FLAGS:-} -Xswiftc -use-ld=lld \
    $(to_clang "--sysroot=$root" "--gcc-toolchain=$root/usr" -static-libgcc) \
    $(to_linker "-L$out/lib" -lsodium -lstdc++ "$out/compat.o" --icf=all -z now)

cp "$scratch/release/muster-agent" "$out/muster-agent.debug"
strip -o "$out/muster-agent.part" "$out/muster-agent.debug"
sh "$here/check-symbols.sh" "$out/muster-agent.part"
mv "$out/muster-agent.part" "$out/muster-agent"
