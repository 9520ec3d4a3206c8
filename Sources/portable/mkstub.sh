#!/bin/sh
# mkstub.sh LIST DIR: make in DIR a root to link against that offers what glibc 2.28 offers and no more.
#
# LIST has lines of "library version symbol[:size] ..."; a size makes the symbol a datum of that many bytes. For each
# library an empty shared object is made that has these symbols with these versions, so that whatever is linked
# against it asks for nothing newer. The C and C++ run time archives are this machine's (GCC 12).
set -eu
here=$(dirname "$0") list=$1 root=$2
multiarch=x86_64-linux-gnu
host_lib=/usr/lib/$multiarch
host_gcc=$(dirname "$(gcc -print-libgcc-file-name)")
lib=$root/usr/lib/$multiarch
gcc_lib=$root/usr/lib/gcc/$multiarch/$(basename "$host_gcc")

rm -rf "$root"
mkdir -p "$lib" "$gcc_lib" "$root/lib64" "$root/lib"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for name in $(cut -d' ' -f1 "$list" | sort -u); do
    awk -v name="$name" '
        $1 == name {
            for (i = 3; i <= NF; i++) {
                sized = split($i, part, ":") == 2
                printf ".globl %s\n.type %s,%s\n", part[1], part[1], sized ? "@object" : "@function"
                if (sized) printf ".size %s,%d\n.data\n.balign 32\n%s: .zero %d\n", part[1], part[2], part[1], part[2]
                else printf ".text\n%s: ret\n", part[1]
            }
        }
        END { print ".section .note.GNU-stack,\"\",@progbits" }' "$list" > "$work/stub.s"
    awk -v name="$name" '
        $1 == name {
            printf "%s {", $2
            for (i = 3; i <= NF; i++) { sub(/:.*/, "", $i); printf " %s;", $i }
            print " };"
        }' "$list" > "$work/versions.map"
    gcc -c "$work/stub.s" -o "$work/stub.o"
    gcc -shared -nostdlib -Wl,-soname,"$name" -Wl,--version-script="$work/versions.map" \
        -o "$lib/$name" "$work/stub.o"
    ln -sf "$name" "$lib/${name%.so.*}.so"
done
mv "$lib/ld-linux-x86-64.so.2" "$root/lib64/"
rm -f "$lib/ld-linux-x86-64.so" "$lib/libc.so"

cp "$host_lib/libc_nonshared.a" "$host_lib/crti.o" "$host_lib/crtn.o" "$lib/"
cp "$host_gcc"/crtbegin*.o "$host_gcc"/crtend*.o "$host_gcc/libgcc.a" "$host_gcc/libgcc_eh.a" \
    "$host_gcc/libstdc++.a" "$gcc_lib/"
cat > "$lib/libc.so" <<END
OUTPUT_FORMAT(elf64-x86-64)
GROUP ( $host_lib/libc.so.6 $host_lib/libc_nonshared.a AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )
END
gcc -c "$here/start.S" -o "$lib/Scrt1.o"
cp "$lib/Scrt1.o" "$lib/crt1.o"
