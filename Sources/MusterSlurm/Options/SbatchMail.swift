/// Who is written to, and when (sbatch(1), `--mail-type` and `--mail-user`).
///
/// The elements of an array are many; without `ARRAY_TASKS` among the events Slurm writes once for the whole array.
public struct SbatchMail: Hashable, Sendable {
    /// Slurm's words, such as `END` and `FAIL`.
    public var events: [String]
    /// An address or a user; nil for who submits.
    public var user: String?

    /// A wish for mail at these events.
    public init(events: [String], user: String? = nil) {
        self.events = events
        self.user = user
    }
}

extension SbatchOptions {
    /// With whom a job shares its nodes (sbatch(1), `--exclusive`).
    public enum Exclusive: String, Hashable, Sendable, CaseIterable {
        /// With nobody.
        case node
        /// With jobs of the same user.
        case user
        /// With jobs of the same label.
        case mcs
        /// With nobody in the same part of the network, since 24.05.
        case topo
    }

    /// How GPUs are asked for; both mean so many on each node.
    public enum GPUForm: String, Hashable, Sendable {
        /// `--gres=gpu:a100:4`, which every site takes.
        case gres
        /// `--gpus-per-node=a100:4`, which some sites demand; it needs `select/cons_tres`.
        case gpusPerNode = "gpus-per-node"
    }
}
