import MusterCore

/// The folder of runs on a cluster, and the one in it that an examination works in and takes away again.
struct Workplace: Equatable, Sendable {
    /// The folder of runs, absolute.
    var workdir: String
    /// The deepest of its folders that was there before.
    var standing: String
    /// The examination's own folder; nil when it could not be made.
    var folder: String?
    /// What stood in the way.
    var trouble: String?

    /// Reads what ``script(workdir:mark:)`` printed; nil when it printed no path.
    init?(_ answers: Answers) {
        guard let path = answers["path"], let standing = answers["standing"] else { return nil }
        workdir = path
        self.standing = standing
        folder = answers["folder"]
        trouble = answers.all("trouble").isEmpty ? nil : answers.all("trouble").joined(separator: "; ")
    }

    /// Makes the workdir where it is missing, a folder in it, and a file there.
    static func script(workdir: String, mark: String) -> String {
        let word =
            workdir.hasPrefix("~/")
            ? "\"$HOME\"/\(ShellWord.quote(String(workdir.dropFirst(2))))" : ShellWord.quote(workdir)
        return """
            umask 077
            w=\(word); echo "path=$w"
            a=$w; while [ ! -e "$a" ] && [ "$a" != / ]; do a=${a%/*}; a=${a:-/}; done
            echo "standing=$a"
            tell() { printf '%s\\n' "$1" | sed 's/^/trouble=/'; exit 0; }
            e=$(mkdir -p -- "$w" 2>&1) || tell "$e"
            f=$w/.doctor-\(mark)
            e=$(mkdir -- "$f" 2>&1) || tell "$e"
            echo "folder=$f"
            e=$({ echo written >"$f/asked" && sync "$f/asked"; } 2>&1) || tell "$e"
            [ "$(cat "$f/asked")" = written ] || tell "what was written can't be read back"
            """
    }

    /// Takes away what was made, and nothing else.
    var removal: String {
        """
        f=\(ShellWord.quote(folder ?? ""))
        n=0; while [ -n "$f" ] && [ -e "$f" ] && [ $n -lt 5 ]; do
          rm -rf -- "$f" 2>/dev/null || sleep 0.2; n=$((n+1))
        done
        d=\(ShellWord.quote(workdir)); a=\(ShellWord.quote(standing))
        while [ "$d" != "$a" ] && [ -n "$d" ]; do rmdir -- "$d" 2>/dev/null || break; d=${d%/*}; done
        exit 0
        """
    }

    func finding(file: String) -> Finding {
        if let trouble {
            return .wrong(
                "\(workdir): \(trouble)",
                cure: "set 'workdir' in \(file) to a folder that you may write to and that all nodes see: "
                    + "an absolute path, or '~/...'")
        }
        return .ok("\(workdir) \(standing == workdir ? "is there" : "can be made"), and can be written to")
    }
}
