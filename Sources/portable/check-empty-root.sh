#!/bin/sh
# check-empty-root.sh AGENT [ARGUMENT...]: run AGENT (with --version unless told otherwise) in a root that holds
# nothing but it, a shell, glibc's own libraries, /proc and /dev: no /etc, no /tmp, no time zones, no environment.
#
# It shows that the file needs nothing else of a node. It does not show that an old glibc will do; that is checked
# by symbol versions. Needs to be root, or user namespaces.
set -eu
agent=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- --version

root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
mkdir "$root/bin" "$root/proc" "$root/dev"
cp "$agent" "$root/bin/agent"
cp "$(realpath /bin/sh)" "$root/bin/sh"

# The libraries of glibc that the agent and the shell name, at the same paths. Any other library is missing on
# purpose.
for name in libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 libutil.so.1 librt.so.1 ld-linux-x86-64.so.2; do
    path=$(/sbin/ldconfig -p | awk -v name="$name" '$1 == name && /x86-64/ { print $NF; exit }')
    if [ -n "$path" ]; then
        mkdir -p "$root$(dirname "$path")"
        cp -L "$path" "$root$path"
    fi
done
loader=$(readelf -l "$agent" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
mkdir -p "$root$(dirname "$loader")"
cp -L "$loader" "$root$loader"

if [ "$(id -u)" = 0 ]; then own=; else own=--map-root-user; fi
# In a mount namespace of its own, so that nothing stays mounted whatever happens.
# shellcheck disable=SC2016,SC2086
unshare $own --mount --propagation private /bin/sh -euc '
    root=$1
    shift
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    chroot=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)
    exec env -i "$chroot" "$root" /bin/sh -c "exec /bin/agent \"\$@\"" sh "$@"' sh "$root" "$@"
