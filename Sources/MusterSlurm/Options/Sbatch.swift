/// Submitting: the argument list and the answer.
public enum Sbatch {
    /// `sbatch --parsable OPTIONS SCRIPT`; the options override the script's own lines.
    ///
    /// Without a script sbatch reads it from standard input. The script's path is never taken for an option.
    public static func arguments(
        script: String?, overrides: SbatchOptions = SbatchOptions(), program: String = "sbatch"
    ) throws(SbatchOptionError) -> [String] {
        var list = [program, "--parsable"] + (try overrides.arguments())
        if let script { list.append(script.hasPrefix("-") ? "./" + script : script) }
        return list
    }

    /// A submission that the controller has taken.
    public struct Receipt: Hashable, Sendable {
        /// The job's id; an array has one for all of its tasks.
        public let job: SlurmJobID
        /// Where the site has several clusters, the one that took it.
        public let cluster: String?
        /// What else was printed, such as a site's remarks.
        public let remarks: [String]
    }

    /// Reads the answer to ``arguments(script:overrides:program:)``.
    ///
    /// A site may put a program of its own before sbatch that prints text around the id, or drops `--parsable`:
    /// the last line that is an id counts. A program that failed is not believed even if it printed one, and one
    /// that succeeded without an id is a failure of kind `unrecognised`: in both cases the job may exist.
    public static func answer(
        exitStatus: Int, standardOutput: String, standardError: String
    ) throws(SlurmFailure) -> Receipt {
        var receipts: [(job: SlurmJobID, cluster: String?)] = []
        var remarks: [String] = []
        for line in Text.lines(standardOutput).lines + Text.lines(standardError).lines {
            let line = Text.trimmed(line)
            if let receipt = receipt(line) {
                receipts.append(receipt)
            } else if !line.isEmpty {
                remarks.append(String(line))
            }
        }
        guard exitStatus == 0, let last = receipts.last else {
            throw SlurmFailure(
                program: "sbatch", exitStatus: exitStatus, standardError: standardError,
                standardOutput: standardOutput, namedJob: !receipts.isEmpty)
        }
        return Receipt(job: last.job, cluster: last.cluster, remarks: remarks)
    }

    /// `37`, `37;cluster`, `Submitted batch job 37` and `Submitted batch job 37 on cluster alps`.
    private static func receipt(_ line: Substring) -> (job: SlurmJobID, cluster: String?)? {
        let words = Text.words(line)
        if words.count == 1 {
            let parts = Text.split(words[0], at: UInt8(ascii: ";"))
            guard parts.count <= 2, let number: UInt32 = Text.number(parts[0]), number > 0 else { return nil }
            return (SlurmJobID(number), parts.count == 2 ? Text.value(parts[1]) : nil)
        }
        guard words.count == 4 || words.count == 7, words[..<3] == ["Submitted", "batch", "job"],
            let number: UInt32 = Text.number(words[3]), number > 0
        else { return nil }
        return (SlurmJobID(number), words.count == 7 ? String(words[6]) : nil)
    }
}
