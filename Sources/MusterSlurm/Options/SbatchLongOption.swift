/// A long option of sbatch (sbatch(1)): what it asks for, and whether muster leaves it to the config.
struct SbatchLongOption: Equatable {
    /// What an option is about. Two options about the same thing contradict each other; sbatch lets the last one win
    /// or refuses both.
    enum Topic: Equatable {
        case account, array, chdir, comment, constraint, cpus, dependency, exclude, exclusive, export, gpus, gres
        case jobName, killOnInvalidDependency, licenses, mailType, mailUser, memory, nodeList, nodes, openMode, output
        case partition, qos, requeue, reservation, signal, tasks, time, tmp
        /// Only this option is about it.
        case other
    }

    let name: String
    let topic: Topic
    /// For an option that muster gives itself, or relies on not being given: why, and what to write instead.
    let owned: String?

    private init(_ name: String, _ topic: Topic, owned: String? = nil) {
        self.name = name
        self.topic = topic
        self.owned = owned
    }

    /// The options that an abbreviation stands for: the one of exactly that name, else all that begin so.
    static func candidates(_ name: String) -> [Self] {
        let exact = all.filter { $0.name == name }
        return exact.isEmpty ? all.filter { $0.name.hasPrefix(name) } : exact
    }

    /// Every option of the releases 20.11 to 25.05.
    static let all: [Self] = asked + owned + others.map { Self($0, .other) }

    /// Those with a field in ``SbatchOptions``, and those that are about the same things.
    private static let asked: [Self] = [
        Self("account", .account), Self("chdir", .chdir), Self("comment", .comment), Self("constraint", .constraint),
        Self("exclude", .exclude), Self("exclusive", .exclusive), Self("oversubscribe", .exclusive),
        Self("share", .exclusive), Self("gpus", .gpus), Self("gpus-per-node", .gpus), Self("gpus-per-task", .gpus),
        Self("gpus-per-socket", .gpus), Self("gres", .gres), Self("licenses", .licenses), Self("mail-type", .mailType),
        Self("mail-user", .mailUser), Self("mem", .memory), Self("mem-per-cpu", .memory), Self("mem-per-gpu", .memory),
        Self("nodelist", .nodeList), Self("nodefile", .nodeList), Self("partition", .partition), Self("qos", .qos),
        Self("reservation", .reservation), Self("signal", .signal), Self("tmp", .tmp),
    ]

    private static let owned: [Self] = [
        Self("array", .array, owned: "muster makes the array out of the jobs; set max_array_size in the cluster file"),
        Self("job-name", .jobName, owned: "muster finds its jobs again by that name; set experiment.name"),
        Self("output", .output, owned: "muster reads the output from the run's folder; set prologue to redirect more"),
        Self("error", .output, owned: "errors go where the output goes; set prologue to redirect more"),
        Self("open-mode", .openMode, owned: "a requeued job must add to its output; leave it out"),
        Self("dependency", .dependency, owned: "muster sets what waits for what; use begin or hold to wait"),
        Self("kill-on-invalid-dep", .killOnInvalidDependency, owned: "it belongs to dependencies; leave it out"),
        Self("requeue", .requeue, owned: "elements are always requeued; leave it out"),
        Self("no-requeue", .requeue, owned: "elements are always requeued; set retry for what jobs do"),
        Self("time", .time, owned: "the plan needs to know it; set resources.time"),
        Self("cpus-per-task", .cpus, owned: "the plan needs to know it; set resources.cpus"),
        Self("nodes", .nodes, owned: "the plan needs to know it; set nodes by its whole name"),
        Self("ntasks", .tasks, owned: "one agent runs on each node; set resources.cpus"),
        Self("ntasks-per-node", .tasks, owned: "one agent runs on each node; set resources.cpus"),
        Self("ntasks-per-core", .tasks, owned: "one agent runs on each node; set resources.cpus"),
        Self("ntasks-per-socket", .tasks, owned: "one agent runs on each node; set resources.cpus"),
        Self("ntasks-per-gpu", .tasks, owned: "one agent runs on each node; set resources.cpus"),
        Self("export", .export, owned: "the script sets what jobs see; set env of the pipeline"),
        Self("export-file", .export, owned: "the script sets what jobs see; set env of the pipeline"),
        Self("get-user-env", .export, owned: "the script sets what jobs see; set prologue: source /etc/profile"),
        Self("parsable", .other, owned: "muster reads the answer itself; leave it out"),
        Self("quiet", .other, owned: "muster reads the answer itself; leave it out"),
        Self("verbose", .other, owned: "muster reads the answer itself; leave it out"),
        Self("wait", .other, owned: "muster watches the jobs itself; see muster watch"),
        Self("wrap", .other, owned: "muster writes the script; set prologue or a template"),
        Self("input", .other, owned: "muster writes the script; set prologue or a template"),
        Self("ignore-pbs", .other, owned: "muster writes the script; leave it out"),
        Self("test-only", .other, owned: "it submits nothing; see muster plan"),
        Self("clusters", .other, owned: "a cluster file stands for one cluster; write a file for the other"),
        Self("uid", .other, owned: "jobs run as the user who submits; set user in the cluster file"),
        Self("gid", .other, owned: "jobs run as the user who submits; set user in the cluster file"),
        Self("help", .other, owned: "it submits nothing; leave it out"),
        Self("usage", .other, owned: "it submits nothing; leave it out"),
        Self("version", .other, owned: "it submits nothing; leave it out"),
    ]

    private static let others = [
        "acctg-freq", "batch", "bb", "bbf", "begin", "cluster-constraint", "consolidate-segments", "container",
        "container-id", "contiguous", "core-spec", "cores-per-socket", "cpu-freq", "cpus-per-gpu", "deadline",
        "delay-boot", "distribution", "extra", "extra-node-info", "gpu-bind", "gpu-freq", "gres-flags", "hint", "hold",
        "mcs-label", "mem-bind", "mincpus", "network", "nice", "no-kill", "overcommit", "power", "prefer", "priority",
        "profile", "propagate", "reboot", "resv-ports", "segment", "sockets-per-node", "spread-job", "spread-segments",
        "stepmgr", "switches", "thread-spec", "threads-per-core", "time-min", "tres-bind", "tres-per-task",
        "use-min-nodes", "wait-all-nodes", "wckey",
    ]
}
