/// A program's file is other than when the run was submitted, or is so again.
public struct CodeChange: Hashable, Sendable {
    /// The file, and the stages that it is a program of.
    public var path: String, stages: [String]
    /// By what its content was known at submission (SHA-256, or ``CodeLook/content``), and is now; nil where it is missing.
    public var was: String, now: String?

    /// Describes a change.
    public init(path: String, stages: [String], was: String, now: String?) {
        (self.path, self.stages, self.was, self.now) = (path, stages, was, now)
    }

    /// It is as it was again.
    public var isBack: Bool { now == was }

    /// `run.py is not what it was when the run was submitted: sha256 0123456789ab is now ba9876543210`.
    public var words: String {
        guard let now else { return "\(path) is not there, which the run's programs are to be started from" }
        return "\(path) is not what it was when the run was submitted: \(Self.short(was)) is now \(Self.short(now))"
    }

    private static func short(_ content: String) -> String {
        if let at = content.firstIndex(of: "@") { return "\(content[..<at]) bytes of another time" }
        return "sha256 \(content.prefix(12))"
    }

    var fields: [JSON.Member] {
        JSON.object([
            "path": .string(path), "stages": .strings(stages), "was": .string(was), "is": now.map(JSON.string),
        ]).members ?? []
    }

    init?(json: JSON) {
        guard let path = json["path"]?.string, let was = json["was"]?.string else { return nil }
        self.init(
            path: path, stages: (json["stages"]?.array ?? []).compactMap(\.string), was: was, now: json["is"]?.string)
    }
}

/// What one agent knows of the run's programs: it looks at their files, and reads one only when it looks different from
/// what is known.
public struct CodeWatch: Sendable {
    /// What can be seen of a file.
    public enum Sight: Equatable, Sendable {
        case file(CodeLook), missing
        /// It can't be looked at for another reason, which says nothing about its content.
        case unknown
    }

    private struct Known: Sendable {
        var look: CodeLook?, content: String?
    }

    private let files: [CodeFiles.File]
    /// The look and the content of each file as they were found last.
    private var known: [Known]

    /// At first all is taken to be as it was at submission.
    public init(_ code: CodeFiles) {
        files = code.files
        known = files.map { Known(look: $0.look, content: $0.content) }
    }

    /// Whether there is nothing to look at.
    public var isEmpty: Bool { files.isEmpty }

    /// Looks at the files of a stage, of all stages without one; what has changed since the last look. Each content is told
    /// once, also that one is back.
    ///
    /// - Parameter read: The SHA-256 of a file; nil where it can't be read, which is tried again at the next look.
    public mutating func look(
        at stage: String?, sight: (String) -> Sight, read: (String) -> String?
    ) -> [CodeChange] {
        var changes: [CodeChange] = []
        for (index, file) in files.enumerated() where stage.map(file.stages.contains) ?? true {
            let now: Known
            switch sight(file.path) {
            case .unknown: continue
            case .missing: now = Known(look: nil, content: nil)
            case .file(let look):
                guard look != known[index].look else { continue }
                if file.sha256 == nil || look.size > CodeFiles.mostRead {
                    now = Known(look: look, content: look.content)
                } else if let sha256 = read(file.path) {
                    now = Known(look: look, content: sha256)
                } else {
                    continue
                }
            }
            let isNews = now.content != known[index].content
            known[index] = now
            guard isNews else { continue }
            changes.append(CodeChange(path: file.path, stages: file.stages, was: file.content, now: now.content))
        }
        return changes
    }
}
