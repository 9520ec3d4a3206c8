import MusterCore

/// All that a workflow's source is found out from: gathered at the edge, on the machine on which the code lies.
public struct SourceEvidence: Equatable, Sendable {
    /// What the caller said itself; it counts before all else.
    public var explicit: WorkflowSource?
    /// The variables; only those that are named in ``SourceDetection`` are looked at.
    public var environment: [String: String]
    /// The script, notebook or program, absolute; nil for what was typed in (`REPL`).
    public var path: String?
    /// The machine's name.
    public var host: String
    /// Git's name of the working file's content, of a notebook without outputs; nil where it can't be read.
    public var contentHash: String?
    /// What git answered; nil where the file is in no repository, or there is no git.
    public var git: GitAnswers?

    /// Gathers the parts.
    public init(
        explicit: WorkflowSource? = nil, environment: [String: String] = [:], path: String?, host: String,
        contentHash: String? = nil, git: GitAnswers? = nil
    ) {
        self.explicit = explicit
        self.environment = environment
        self.path = path
        self.host = host
        self.contentHash = contentHash
        self.git = git
    }
}

/// What git said of a file and its repository.
public struct GitAnswers: Equatable, Sendable {
    /// The working tree's root, absolute.
    public var root: String
    /// The file from the root.
    public var file: String?
    /// `remote.origin.url` as it is; nil without.
    public var origin: String?
    /// HEAD's commit; nil before the first one.
    public var head: String?
    /// The last commit that touched the file; nil for a file that is in none.
    public var lastCommit: String?
    /// What `git describe --tags --long` says; nil without a tag with a digit.
    public var described: String?
    /// How many commits HEAD has.
    public var commits: Int
    /// The answer to ``DirtyRules/question``.
    public var status: [UInt8]

    /// Gathers the answers.
    public init(
        root: String, file: String? = nil, origin: String? = nil, head: String? = nil, lastCommit: String? = nil,
        described: String? = nil, commits: Int = 0, status: [UInt8] = []
    ) {
        self.root = root
        self.file = file
        self.origin = origin
        self.head = head
        self.lastCommit = lastCommit
        self.described = described
        self.commits = commits
        self.status = status
    }
}

/// What git is asked, in one shell script, so that it costs one exchange on a remote host.
public enum GitQuestions {
    /// The script for a file (or a folder), absolute. Answers are fields that end in a zero byte, in the order of
    /// ``answers(_:path:)``; no answer at all where the file is in no repository. The user's settings don't change them, and
    /// nothing is written: git's optional locks are off.
    public static func script(for path: String) -> String {
        let file = ShellWord.quote(path)
        return """
            export GIT_OPTIONAL_LOCKS=0 LC_ALL=C
            f=\(file); d=$f; [ -d "$d" ] || d=$(dirname -- "$f")
            d=$(cd -- "$d" 2>/dev/null && pwd -P) || exit 0
            root=$(git -C "$d" rev-parse --show-toplevel 2>/dev/null) || exit 0
            if [ -d "$f" ]; then rel=${d#"$root"}; else rel=${d#"$root"}/${f##*/}; fi; rel=${rel#/}
            g() { git -C "$root" -c core.quotePath=false "$@" 2>/dev/null; }
            printf '%s\\0' "$root" "$rel" "$(g config --get remote.origin.url)" "$(g rev-parse --verify -q HEAD)" \\
              "$(g log -1 --format=%H -- "${rel:-.}")" "$(g describe --tags --long --match '*[0-9]*')" \\
              "$(g rev-list --count HEAD)"
            g status --porcelain -z --untracked-files=all
            """
    }

    /// Reads what the script printed; nil where the file is in no repository.
    public static func answers(_ output: some Collection<UInt8>) -> GitAnswers? {
        var rest = Array(output)[...]
        var fields: [String] = []
        while fields.count < 7, let end = rest.firstIndex(of: 0) {
            fields.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[(end + 1)...]
        }
        guard fields.count == 7, fields[0].hasPrefix("/") else { return nil }
        func known(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
        return GitAnswers(
            root: fields[0], file: known(1), origin: known(2), head: known(3), lastCommit: known(4),
            described: known(5), commits: Int(fields[6]) ?? 0, status: Array(rest))
    }

    /// The script that prints the working tree's difference to HEAD, with what is not tracked, as one patch that
    /// `git apply` takes. The index is not touched: a copy of it is used.
    public static func difference(root: String) -> String {
        """
        export GIT_OPTIONAL_LOCKS=0 LC_ALL=C
        cd -- \(ShellWord.quote(root)) || exit 1
        t=$(mktemp) || exit 1; trap 'rm -f "$t"' EXIT
        cp -- "$(git rev-parse --git-path index)" "$t" 2>/dev/null || rm -f "$t"
        export GIT_INDEX_FILE="$t"
        git add -A -N . 2>/dev/null
        git diff --no-color --no-ext-diff --binary HEAD 2>/dev/null || git diff --no-color --no-ext-diff --binary
        """
    }
}
