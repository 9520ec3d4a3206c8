/// The texts by which a failure is recognised. Slurm has no other stable sign: nearly every failure returns 1.
enum SlurmFailureTexts {
    static func kind(of output: String, program: String, exitStatus: Int) -> SlurmFailure.Kind {
        // What a shell and env return for a program that is not there; nothing that sbatch would.
        if exitStatus == 127 { return .noSlurm }
        let text = ownLines(output, program)
        let lower = text.lowercased()
        if let field = quoted(after: "invalid field requested: \"", in: text, lower: lower) {
            return .unknownField(field)
        }
        if let field = quoted(after: "unknown field '", in: text, lower: lower) { return .unknownField(field) }
        if let option = quoted(after: "unrecognized option '", in: text, lower: lower) { return .option(option) }
        for (kind, needles) in table where needles.contains(where: { Text.contains(lower, $0) }) { return kind }
        if let option = invalidSpecification(lower) { return .option(option) }
        return .unrecognised
    }

    /// First match wins. The controller's silence comes first: whatever else was printed, the outcome is then open.
    private static let table: [(kind: SlurmFailure.Kind, needles: [String])] = [
        (
            .controllerUnreachable,
            [
                "unable to contact slurm controller", "socket timed out", "zero bytes were transmitted",
                "message receive failure", "message send failure", "in standby mode",
                "slurm temporarily unable to accept job", "resource temporarily unavailable",
                "unexpected message received", "i/o error writing script",
            ]
        ),
        (.accountingDisabled, ["accounting storage is disabled", "supported accounting_storage plugin"]),
        (
            .accountingUnreachable,
            ["problem talking to the database", "unable to contact the database", "slurmdbd: connection refused"]
        ),
        (
            .authentication,
            ["munge encode failed", "protocol authentication error", "invalid authentication credential"]
        ),
        (.noSlurm, ["could not establish a configuration source", "unable to process configuration"]),
        // The line before the last names the limit: QOSMaxSubmitJobPerUserLimit, AssocMaxWallDurationPerJobLimit ...
        (.submitLimit, ["maxsubmit", "grpsubmit"]),
        (.timeLimit, ["maxwall"]),
        (.policy, ["violates accounting/qos policy"]),
        (.partition, ["invalid partition", "required partition", "group not permitted to use this partition"]),
        (.account, ["invalid account", "account is not specified", "no account specified"]),
        (.qos, ["invalid qos"]),
        (.timeLimit, ["requested time limit", "invalid --time specification", "requested partition configuration"]),
        (.gres, ["generic resource", "invalid gres"]),
        (.feature, ["invalid feature"]),
        (.nodeName, ["invalid node name"]),
        (.array, ["invalid job array"]),
        (.dependency, ["job dependency problem", "circular job dependency", "dependency specification"]),
        (.reservation, ["requested reservation"]),
        (.license, ["invalid license"]),
        (.parameterTooLong, ["parameter too long"]),
        (
            .nodeConfiguration,
            [
                "requested node configuration", "memory specification can not", "cpu count specification",
                "cpu count per node", "node count specification invalid", "more processors requested",
                "memory required by task", "core count specification",
            ]
        ),
        (
            .script,
            [
                "does not look like a batch script", "batch script is empty", "dos line breaks", "unable to open file",
                "job script not specified", "invalid directive found in batch script", "unexpectedly large script",
                "contains null character",
            ]
        ),
        (.unknownJob, ["invalid job id specified", "invalid job array id", "invalid job id:"]),
        (
            .wrongJobState,
            [
                "job is pending execution", "requested operation is presently disabled", "already completing",
                "already finished", "job is not running", "job/step already", "job has already",
            ]
        ),
        (.permission, ["access/permission denied", "permission denied", "invalid user id", "operation not permitted"]),
    ]

    /// A login's start files may print complaints of their own. Where the program has put its name to something, only
    /// that counts.
    private static func ownLines(_ output: String, _ program: String) -> String {
        let own = Text.lines(output).lines.filter { $0.hasPrefix(program + ":") || $0.hasPrefix("slurm_") }
        return own.isEmpty ? output : own.joined(separator: "\n")
    }

    /// What stands between the quotes, in its own letters.
    private static func quoted(after opening: String, in text: String, lower: String) -> String? {
        // Lowering changes the length of some letters, so the place is searched again in the text itself.
        guard Text.contains(lower, opening) else { return nil }
        let closing: Character = opening.last ?? "\""
        for line in Text.lines(text).lines {
            for start in line.indices where line[start...].lowercased().hasPrefix(opening) {
                let rest = line[start...].dropFirst(opening.count)
                return String(rest.prefix { $0 != closing })
            }
        }
        return nil
    }

    /// `Invalid --mem specification`.
    private static func invalidSpecification(_ lower: String) -> String? {
        for line in Text.lines(lower).lines {
            let words = Text.words(line)
            guard let place = words.firstIndex(of: "invalid"), place + 2 < words.count,
                words[place + 1].hasPrefix("--"), words[place + 2].hasPrefix("specification")
            else { continue }
            return String(words[place + 1])
        }
        return Text.contains(lower, "invalid numeric value") ? "invalid numeric value" : nil
    }
}
