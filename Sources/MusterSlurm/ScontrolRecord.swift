/// One record of `scontrol -o show job`: `Key=value Key=value ...` on one line.
///
/// Nothing is quoted there, so a name, a comment or a path may hold blanks and even text that looks like the next
/// key. After such a key, only a key that is known to be scontrol's ends the value; and a key that occurs twice is
/// not believed at all, so that no comment can forge a state.
public struct ScontrolRecord: Hashable, Sendable {
    private let values: [String: String]
    /// Keys that occurred more than once, and so have no value here.
    public let ambiguous: Set<String>

    /// Nil for a line that does not begin with a job's id.
    public init?(line: some StringProtocol) {
        let line = Text.trimmed(Substring(line))
        guard line.hasPrefix("JobId=") else { return nil }
        let keys = Self.keys(in: line)
        var values: [String: String] = [:]
        var ambiguous: Set<String> = []
        for (place, key) in keys.enumerated() {
            let end = place + 1 < keys.count ? keys[place + 1].range.lowerBound : line.endIndex
            var value = Text.trimmed(line[key.range.upperBound..<end])
            // Behind a value without blanks may stand a word without an equals sign: 20.11 ends with `NtasksPerTRES:0`.
            if !Self.freeText.contains(key.name), let word = Text.words(value).first { value = word }
            if values.updateValue(String(value), forKey: key.name) != nil { ambiguous.insert(key.name) }
        }
        for key in ambiguous { values[key] = nil }
        self.values = values
        self.ambiguous = ambiguous
    }

    /// A value as it stands there; nil for none, for one of Slurm's words for none, and for an ambiguous key.
    public subscript(key: String) -> String? { values[key].flatMap { Text.value($0[...]) } }

    /// Which job or jobs: a task of an array, its remainder, or a plain job.
    public var job: SlurmJobReference? {
        guard let array = self["ArrayJobId"] else { return self["JobId"].flatMap(SlurmJobReference.init(parsing:)) }
        guard let task = self["ArrayTaskId"] else { return nil }
        let isSingle = task.utf8.allSatisfy(Text.isDigit)
        return SlurmJobReference(parsing: isSingle ? "\(array)_\(task)" : "\(array)_[\(task)]")
    }

    /// Slurm's own number of the job or task.
    public var rawID: UInt32? { self["JobId"].flatMap { Text.number($0[...]) } }
    /// The state; unrecognised when it cannot be read.
    public var state: SlurmState { SlurmState(parsing: values["JobState"] ?? "") }
    /// Why it waits or how it ended.
    public var reason: String? { self["Reason"] }
    /// How often it was put back into the queue.
    public var restarts: Int? { self["Restarts"].flatMap { Text.number($0[...]) } }
    /// How the script ended; 0:0 while it has not.
    public var exitCode: SlurmExitCode? { self["ExitCode"].flatMap(SlurmExitCode.init(parsing:)) }
    /// When it was submitted or requeued.
    public var submitted: SlurmTime? { self["SubmitTime"].flatMap(SlurmTime.init(parsing:)) }
    /// When it started, or is expected to.
    public var started: SlurmTime? { self["StartTime"].flatMap(SlurmTime.init(parsing:)) }
    /// When it ended, or must end.
    public var ended: SlurmTime? { self["EndTime"].flatMap(SlurmTime.init(parsing:)) }
    /// Its time limit.
    public var timeLimit: SlurmTimeLimit? { self["TimeLimit"].flatMap(SlurmTimeLimit.init(parsing:)) }
    /// The nodes it has or had, in Slurm's notation.
    public var nodes: String? { self["NodeList"] }
    /// Its name.
    public var name: String? { self["JobName"] }
    /// Where its output goes.
    public var output: String? { self["StdOut"] }

    private typealias Key = (name: String, range: Range<Substring.Index>)

    private static func keys(in line: Substring) -> [Key] {
        var keys: [Key] = []
        var inFreeText = false
        var start = line.startIndex
        while start < line.endIndex {
            let word = line[start...].utf8.prefix { $0 != 0x20 }
            if let equals = word.firstIndex(of: UInt8(ascii: "=")), looksLikeKey(line[start..<equals]) {
                let name = String(line[start..<equals])
                if !inFreeText || knownKeys.contains(name) {
                    keys.append((name, start..<line.utf8.index(after: equals)))
                    inFreeText = freeText.contains(name)
                }
            }
            start = line[word.endIndex...].utf8.firstIndex { $0 != 0x20 } ?? line.endIndex
        }
        return keys
    }

    private static func looksLikeKey(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first >= UInt8(ascii: "A"), first <= UInt8(ascii: "Z") else { return false }
        return text.utf8.allSatisfy { byte in
            Text.isDigit(byte) || ("A"..."Z").contains(Unicode.Scalar(byte))
                || ("a"..."z").contains(Unicode.Scalar(byte))
                || [UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":")].contains(byte)
        }
    }

    private static let freeText: Set<String> = [
        "JobName", "Comment", "AdminComment", "SystemComment", "Extra", "Command", "WorkDir", "StdErr", "StdIn",
        "StdOut", "SubmitLine", "Reason",
    ]

    private static let knownKeys: Set<String> = [
        "UserId", "JobState", "Reason", "Dependency", "Requeue", "ExitCode", "DerivedExitCode", "SubmitTime",
        "StartTime", "NodeList", "Partition", "TRES", "ReqTRES", "Features", "OverSubscribe", "Command", "WorkDir",
        "Comment", "AdminComment", "SystemComment", "Extra", "StdErr", "StdIn", "StdOut", "SubmitLine", "Power",
        "TresPerJob", "TresPerNode", "TresPerSocket", "TresPerTask", "TresBind", "TresFreq", "MemPerTres",
        "CpusPerTres", "MailUser", "MailType", "GresEnforceBind", "KillOInInvalidDependent",
    ]
}
