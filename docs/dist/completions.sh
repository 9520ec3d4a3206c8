#!/bin/sh
# completions.sh MUSTER SHARE: write the completion scripts of bash, zsh and fish to where each shell looks below SHARE.
set -eu
muster=$1 share=$2
put() { # SHELL FILE
    mkdir -p "$(dirname "$share/$2")"
    "$muster" --generate-completion-script "$1" > "$share/$2"
}
put bash bash-completion/completions/muster
put zsh zsh/site-functions/_muster
put fish fish/vendor_completions.d/muster.fish
