import MusterCore

/// What is run to copy code.
enum SnapshotScripts {
    /// Prints the bytes of all that would be copied, and the largest files.
    static func measure(_ copy: CodeCopy) -> String {
        bash(
            copy,
            #"""
            cd -- "$root" || exit 1
            t=$(mktemp) || exit 1
            trap 'rm -f "$t"' EXIT
            all > "$t" || exit 1
            xargs -0 -r stat -c '%s %n' -- < "$t" | sort -rn | awk '
                { s += $1; if (NR < 4) { n = $0; sub(/^[0-9]+ /, "", n); l = l sprintf("%s (%.0f MiB)\n", n, $1 / 1048576) } }
                END { printf "%.0f\n%s", s, l }'
            """#)
    }

    /// Copies with times, modes and links, links what was left, and lets nobody write the files by mistake. Folders can be
    /// written, so that whoever removes the run can remove them.
    static func copy(_ copy: CodeCopy) -> String {
        bash(
            copy,
            #"""
            mkdir -p -- "$dest" && cd -- "$root" || exit 1
            all | xargs -0 -r cp -a --reflink=auto --parents -t "$dest" -- || exit 1
            left | while IFS= read -r -d '' n; do
                n=${n%/}
                case $n in __pycache__|*/__pycache__|*.pyc) continue;; esac
                if [ -e "$dest/$n" ] || [ -L "$dest/$n" ] || [ ! -e "$root/$n" ]; then continue; fi
                case $n in */*) mkdir -p -- "$dest/${n%/*}" || exit 1;; esac
                ln -s -- "$root/$n" "$dest/$n" || exit 1
            done || exit 1
            find "$dest" -type d ! -perm -u=rwx -exec chmod u+rwx {} + && find "$dest" -type f -exec chmod a-w {} +
            """#)
    }

    /// `all` lists what is copied, `left` what is linked, both from the root, with a zero byte behind each. Repositories within,
    /// which git tells as one name, are gone through as well.
    private static func bash(_ copy: CodeCopy, _ body: String) -> String {
        func words(_ texts: [String]) -> String { texts.map(ShellWord.quote).joined(separator: " ") }
        let named = copy.named.isEmpty ? "" : " && printf '%s\\0' \(words(copy.named))"
        let left = copy.left.isEmpty ? ":" : "printf '%s\\0' \(words(copy.left))"
        let list: String
        let ignored: String
        if copy.isGit {
            let excluded = words(copy.left.map { ":(exclude,literal)\($0)" })
            list = "tree \"$root\" '' \(excluded)"
            ignored =
                "git -C \"$root\" ls-files -z -o -i --exclude-standard --directory -- . \(excluded) || exit 1; "
        } else {
            let pruned = copy.left.map { "-path \(ShellWord.quote("./" + escaped($0))) -prune -o " }.joined()
            list =
                "(cd -- \"$root\" && find . -name .git -prune -o \(pruned)'(' -type f -o -type l ')' -printf '%P\\0')"
            ignored = ""
        }
        let script = """
            export LC_ALL=C GIT_OPTIONAL_LOCKS=0
            set -o pipefail
            root=\(ShellWord.quote(copy.root)) dest=\(ShellWord.quote(copy.to))
            tree() {
                local folder=$1 before=$2 n
                shift 2
                git -C "$folder" ls-files -z -co --exclude-standard -- . "$@" | while IFS= read -r -d '' n; do
                    if [ -L "$folder/$n" ] || [ -f "$folder/$n" ]; then printf '%s%s\\0' "$before" "$n"
                    elif [ -e "$folder/$n/.git" ]; then tree "$folder/${n%/}" "$before${n%/}/" || exit 1; fi
                done
            }
            all() { { \(list)\(named); } | sort -zu; }
            left() { \(ignored)\(left); }
            \(body)
            """
        return "exec bash -c \(ShellWord.quote(script))"
    }

    /// A path of which nothing is a pattern of find's.
    private static func escaped(_ path: String) -> String {
        path.map { "*?[\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }
}
