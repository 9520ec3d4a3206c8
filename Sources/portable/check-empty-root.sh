#!/bin/sh
# check-empty-root.sh AGENT [PROGRAM...]: run AGENT on a run of one job, in a root that holds nothing but it, the other
# programs, a shell, glibc's own libraries, /proc and /dev: no /etc, no /tmp, no time zones, no environment, and a user
# that nobody has heard of. The other programs show their help there.
#
# It shows that the files need nothing else of a node. It does not show that an old glibc will do; that is checked by
# symbol versions. Needs to be root, or user namespaces.
set -eu
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
mkdir "$root/bin" "$root/proc" "$root/dev" "$root/check"
agent=$(basename "$1") others=
for program; do
    cp "$program" "$root/bin/"
    [ "$program" = "$1" ] || others="$others $(basename "$program")"
done
cp "$(realpath /bin/sh)" "$root/bin/sh"

# The libraries of glibc that the programs and the shell name, at the same paths. Any other library is missing on
# purpose.
loader=$(readelf -l "$1" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
for name in libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 libutil.so.1 librt.so.1; do
    path=$(/sbin/ldconfig -p | awk -v name="$name" '$1 == name && /x86-64/ { print $NF; exit }')
    [ -z "$path" ] || install -D "$path" "$root$path"
done
install -D "$loader" "$root$loader"

# A run folder of one job, as a client would have left it.
mkdir "$root/check/run"
for folder in claims submissions keys lanes; do mkdir "$root/check/run/$folder"; done
printf '%s\n' '{"schema":1,"run":"check","stages":[{"name":"only","command":["/bin/sh","-c","echo made > product"]}],"slots":1,"jobs":1,"output_root":"/check/out"}' > "$root/check/run/plan.json"
printf '%s\n' '{"i":0,"id":"scene","scene":"scene","path":"/check","output":"/check/out/scene","key":"k"}' > "$root/check/run/jobs.jsonl"
printf '%s\n' '{"id":"g0-00000","gen":0,"jobs":[0]}' > "$root/check/run/blocks.jsonl"

if [ "$(id -u)" = 0 ]; then
    own= user=--userspec=64738:64738
    chown -R 64738:64738 "$root/check" && chmod 755 "$root"
else
    own=--map-root-user user=
fi
# In a mount namespace of its own, so that nothing stays mounted whatever happens.
# shellcheck disable=SC2016,SC2086
in_root() {
    unshare $own --mount --propagation private /bin/sh -euc '
        root=$1 user=$2
        shift 2
        mount --rbind /proc "$root/proc"
        mount --rbind /dev "$root/dev"
        chroot=$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)
        exec env -i "$chroot" $user "$root" "$@"' sh "$root" "$user" "$@"
}

in_root "/bin/$agent" --version
in_root "/bin/$agent" run --run-folder /check/run
published=$root/check/out/scene
if [ "$(cat "$published/product" 2>/dev/null)" != made ] || [ ! -s "$published/.muster/job.json" ]; then
    echo "check-empty-root: the agent did not publish its job; its facts:" >&2
    cat "$root"/check/run/lanes/*/outbox.jsonl >&2 || true
    exit 1
fi

# Swift ends the main thread of an asynchronous program by pthread_exit, for which glibc loads this library. It is
# installed wherever glibc is, but the agent does without.
unwinder=$(/sbin/ldconfig -p | awk '$1 == "libgcc_s.so.1" && /x86-64/ { print $NF; exit }')
install -D "$unwinder" "$root$unwinder"
for name in $others; do in_root "/bin/$name" --help > /dev/null; done
echo "in an empty root: $agent publishes a job;$others start"
