/// An option of sbatch that has no field in ``SbatchOptions``, by its long name.
///
/// sbatch takes any unambiguous beginning of a long option for the option (`--extra` was `--extra-node-info` before
/// there was one), so the beginnings of reserved options are reserved too.
public struct SbatchExtraOption: Hashable, Sendable {
    /// The name without dashes.
    public let name: String
    /// What follows the equals sign; nil for an option without a value.
    public let value: String?

    /// Nothing is checked until the options are rendered.
    public init(_ name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }

    func check() throws(SbatchOptionError) {
        let letters = name.utf8
        guard let first = letters.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z"),
            letters.allSatisfy({
                ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "-") || Text.isDigit($0)
            })
        else { throw SbatchOptionError(option: name, value: value ?? "", problem: .notAnOption) }
        if let owner = Self.reserved(name) {
            throw SbatchOptionError(option: name, value: value ?? "", problem: .reserved(as: owner))
        }
    }

    /// The reserved option that sbatch would or could take `name` for.
    static func reserved(_ name: String) -> String? {
        if reservedNames.contains(name) { return name }
        return reservedNames.sorted().first { $0.hasPrefix(name) }
    }

    /// Those that have a field, and those that change what sbatch does or prints, where the job goes, or whether
    /// what is left to the script is still true.
    private static let reservedNames: Set<String> = [
        // With a field of their own.
        "job-name", "partition", "account", "qos", "nodes", "ntasks-per-node", "cpus-per-task", "mem", "mem-per-cpu",
        "time", "gres", "array", "output", "open-mode", "requeue", "no-requeue", "signal", "dependency",
        "kill-on-invalid-dep", "constraint", "exclude", "nodelist", "export", "chdir", "comment",
        // Another count of the same things.
        "ntasks", "gpus", "gpus-per-node", "gpus-per-task", "gpus-per-socket", "mem-per-gpu",
        // Another answer, another cluster, another script, no return.
        "parsable", "test-only", "wait", "wrap", "clusters", "cluster", "quiet", "verbose", "help", "usage",
        "version", "ignore-pbs", "error", "input", "export-file", "uid", "gid", "get-user-env",
    ]
}
