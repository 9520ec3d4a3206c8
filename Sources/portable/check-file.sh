#!/bin/sh
# check-file.sh FILE: fail unless FILE runs with the libraries that every glibc from 2.28 on brings.
set -eu
file=$1

too_new=$(objdump -T "$file" | grep -oE '(GLIBC|GLIBCXX|CXXABI|GCC)_[0-9A-Z_.]+' | sort -u |
    awk -F '[_.]' '$1 != "GLIBC" || $2 != 2 || $3 > 28')
if [ -n "$too_new" ]; then
    echo "$file: these symbol versions are newer than glibc 2.28, or of a library that nodes may lack:" >&2
    echo "$too_new" >&2
    exit 1
fi

needed=$(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
strange=$(echo "$needed" | grep -vxE 'lib(c|m|pthread|dl|util|rt)\.so\.[0-9]|ld-linux-x86-64\.so\.2' || true)
if [ -n "$strange" ]; then
    echo "$file: needs libraries that nodes may lack:" >&2
    echo "$strange" >&2
    exit 1
fi

if readelf -d "$file" | grep -qE '\((RPATH|RUNPATH)\)'; then
    echo "$file: looks for libraries in folders of the machine that built it:" >&2
    readelf -d "$file" | grep -E '\((RPATH|RUNPATH)\)' >&2
    exit 1
fi

newest=$(objdump -T "$file" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
echo "$file: $(stat -c %s "$file") bytes, newest symbol version $newest, needs" $needed
