/// A site: where commands run and who schedules.
public struct ClusterSpec: Hashable, Sendable {
    /// Who schedules.
    public enum Backend: String, CaseIterable, Sendable { case local, slurm }

    /// What speaks to the host.
    public enum Transport: String, CaseIterable, Sendable {
        /// The library within muster.
        case libssh
        /// The machine's own ssh program.
        case openssh
    }

    /// How facts come home.
    public enum Way: String, CaseIterable, Sendable {
        /// The first of `direct`, `attached` and `files` that the cluster file allows: see ``ClusterSpec/chosenWay``.
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
    /// What speaks to the host.
    public var transport: Transport = .libssh
    /// Folder of runs and of the agent there; nil for muster's own, which only the local backend here has.
    public var workdir: String?
    /// Folder on a node's own disk, for what a job needs only while it runs.
    public var scratch: String?
    /// Where jobs run, what they are charged to, under which quality of service.
    public var partition: String?, account: String?, qos: String?
    /// Whether Slurm keeps a record of ended jobs; nil asks Slurm.
    public var accounting: Bool?
    /// The most jobs of the user that may wait or run at once, and that may run; each task of an array is one.
    public var submitLimit: Int?, maxJobs: Int?
    /// The partitions of which something is said, in the order of the file.
    public var partitions: [Partition] = []
    /// How facts come home.
    public var way: Way = .auto
    /// Address and port that the collector binds and agents connect to.
    public var collectorAddress: String?, collectorPort: Int?
    /// What a relay on the login node binds: an address, or an interface's name.
    public var relayInterface: String?
    /// Time without a word of any agent after which a relay that was left running ends.
    public var relayIdle = WallTime(seconds: 3600)
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
    /// Where values stand that can be wrong for the site only, by key: `partition`, `slurm.constraint`.
    public var places: [String: SourceLocation] = [:]

    /// What is said of a partition; nil is not said.
    public struct Partition: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Jobs that name no partition go there.
        public var isDefault = false
        /// The longest time limit of a job.
        public var maxTime: WallTime?
        /// GPUs of a node by the site's names for their models; under an empty name where it has none.
        public var gpus: [String: Int]?
        /// CPUs and memory that a job can have on a node.
        public var cpus: Int?, memory: ByteCount?
        /// How many nodes.
        public var nodes: Int?

        /// A partition of which nothing is said.
        public init(name: String) { self.name = name }
    }

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

    /// The value of a further sbatch option; nil where it is not given or has none.
    public func slurmValue(_ name: String) -> String? { slurm.first { $0.name == name }?.value }

    /// Nodes of one allocation: `slurm: {nodes: N}`.
    public var nodes: Int { slurmValue("nodes").flatMap { Int($0) } ?? 1 }

    /// The way home, where the file leaves the choice: `direct` on this machine and where an address of it is known that
    /// nodes reach, `attached` where one of the login node is known, else `files`. Never `detached`, which leaves a process
    /// on a login node: a file that wants that says so.
    public var chosenWay: Way {
        switch way {
        case .auto where backend == .local || collectorAddress != nil: .direct
        case .auto where host != nil && relayInterface != nil: .attached
        case .auto: .files
        case let named: named
        }
    }

    /// Makes a cluster with defaults for all but its name.
    public init(name: String) { self.name = name }

    /// This machine.
    public static let local = ClusterSpec(name: "local")
}
