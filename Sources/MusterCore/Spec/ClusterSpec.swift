/// A site: where commands run and who schedules.
public struct ClusterSpec: Hashable, Sendable {
    /// Who schedules.
    public enum Backend: String, CaseIterable, Sendable { case local, slurm }

    /// How facts come home.
    public enum Way: String, CaseIterable, Sendable {
        /// `direct` where an address is known, else `files`.
        case auto
        /// Agents connect to a collector beside the client.
        case direct
        /// Through a relay on the login node, for as long as the client's session lasts.
        case attached
        /// The same, left running.
        case detached
        /// No socket: outboxes are read.
        case files
    }

    /// The cluster's name.
    public var name: String
    /// Who schedules.
    public var backend: Backend = .local
    /// An ssh alias or host name; nil runs commands here.
    public var host: String?
    /// SSH settings that win over `~/.ssh/config`.
    public var port: Int?, user: String?, identityFile: String?, knownHosts: String?
    /// Folder of runs and of the agent there; nil for muster's own below the home folder.
    public var workdir: String?
    /// What jobs are charged to and where they run.
    public var partition: String?, account: String?
    /// How facts come home.
    public var way: Way = .auto
    /// Address and port that the collector binds and agents connect to.
    public var collectorAddress: String?, collectorPort: Int?
    /// The least time between two questions to the scheduler about a run's elements.
    public var pollInterval = WallTime(seconds: 60)
    /// Slurm's MaxArraySize where it can't be asked for.
    public var maxArraySize: Int?
    /// Modules to load and lines to run before the agent.
    public var modules: [String] = [], prologue = ""
    /// Name or path of the script's template.
    public var template: String?
    /// Further sbatch options: long name and value, nil for none.
    public var slurm: [Option] = []

    /// An sbatch option.
    public struct Option: Hashable, Sendable {
        /// Its long name without dashes.
        public var name: String
        /// Its value; nil for an option that has none.
        public var value: String?
        /// Makes an option.
        public init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// Nodes of one allocation: `slurm: {nodes: N}`.
    public var nodes: Int { slurm.first { $0.name == "nodes" }?.value.flatMap { Int($0) } ?? 1 }

    /// Makes a cluster with defaults for all but its name.
    public init(name: String) { self.name = name }

    /// This machine.
    public static let local = ClusterSpec(name: "local")
}
