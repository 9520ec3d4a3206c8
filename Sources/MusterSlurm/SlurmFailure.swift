/// What a Slurm program said when it did not do what was asked.
public struct SlurmFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, as far as the text tells.
    public enum Kind: Hashable, Sendable {
        // What was asked for does not fit the site.
        case partition, account, qos, timeLimit, nodeConfiguration, gres, feature, nodeName, array, dependency
        case reservation, license, parameterTooLong, option(String)
        // The script or its place.
        case script
        /// More jobs than the user, the account or the controller may have waiting; later there may be room.
        case submitLimit
        /// Another limit that the site sets for the user, the account or the quality of service.
        case policy
        /// The user may not do this.
        case permission
        /// No such job, or not any more: an ended job leaves the controller after `MinJobAge`.
        case unknownJob
        /// The job is not in a state in which this can be done.
        case wrongJobState
        /// The controller did not answer, or not in time. It may have done what was asked.
        case controllerUnreachable
        /// The site keeps no accounting, so sacct never answers.
        case accountingDisabled
        /// The site keeps accounting but it does not answer now.
        case accountingUnreachable
        /// This release does not know the field.
        case unknownField(String)
        /// Slurm's programs are not installed, not on the path, or find no configuration.
        case noSlurm
        /// Munge does not vouch for the user on this machine.
        case authentication
        /// None of these; the text is all there is.
        case unrecognised
    }

    /// The program, such as `sbatch`.
    public let program: String
    /// What the text amounts to.
    public let kind: Kind
    /// What it returned; above 128 also a signal that ended it, and 255 also ssh's own failure.
    public let exitStatus: Int
    /// What it printed on standard error, or on standard output if there was nothing, without empty lines.
    public let lines: [String]
    private let namedJob: Bool

    /// Judges what `program` left behind. Call it only when the program has failed.
    public init(program: String, exitStatus: Int, standardError: String, standardOutput: String = "") {
        self.init(
            program: program, exitStatus: exitStatus, standardError: standardError, standardOutput: standardOutput,
            namedJob: false)
    }

    /// `namedJob` says that it printed a job's id all the same.
    init(program: String, exitStatus: Int, standardError: String, standardOutput: String, namedJob: Bool) {
        self.namedJob = namedJob
        self.program = program
        self.exitStatus = exitStatus
        let said = Self.shown(standardError)
        self.lines = said.isEmpty ? Self.shown(standardOutput) : said
        self.kind = SlurmFailureTexts.kind(
            of: standardError + "\n" + standardOutput, program: program, exitStatus: exitStatus)
    }

    /// The same call may succeed later without any change.
    public var isTransient: Bool {
        switch kind {
        case .submitLimit, .controllerUnreachable, .accountingUnreachable: true
        default: false
        }
    }

    /// Nothing proves that the controller refused: its answer did not come, is not understood, names a job, or the
    /// program was ended by a signal or returned 0. Before a submission is repeated, its job must be
    /// looked for by name: a controller that was too slow to answer has been seen to accept.
    public var mayHaveTakenEffect: Bool {
        if namedJob || exitStatus == 0 || (129..<255).contains(exitStatus) { return true }
        return switch kind {
        case .controllerUnreachable, .unrecognised: true
        default: false
        }
    }

    /// What was tried, what came back, and what to do.
    public var description: String {
        let said = lines.isEmpty ? "it printed nothing" : lines.suffix(4).joined(separator: "; ")
        return "\(program) failed with status \(exitStatus): \(said); \(hint)"
    }

    private static func shown(_ text: String) -> [String] {
        let lines = Text.lines(text).lines.map(Text.trimmed).filter { !$0.isEmpty }
        return lines.suffix(20).map { String($0.unicodeScalars.prefix(400)) }
    }
}
