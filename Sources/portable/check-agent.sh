#!/bin/sh
# check-agent.sh FILE: fail when the agent FILE, with its symbols, holds code of libraries that belong to the client.
set -eu
file=$1

# Swift's symbols carry the module's name behind its length; those of C libraries begin with a prefix.
strange=$(nm "$file" | awk '{ print $NF }' |
    grep -oE '^\$s(10Foundation|20FoundationEssentials|3SSH|4GRDB|7Stencil|14ArgumentParser)|^(ssh|sftp|sqlite3|yaml)_[a-z]+' |
    sort | uniq -c | sort -rn | head -n 5 || true)
if [ -n "$strange" ]; then
    echo "$file: holds code that has no place on a node (how often, what):" >&2
    echo "$strange" >&2
    exit 1
fi
