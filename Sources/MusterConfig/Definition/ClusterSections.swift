import MusterCore

extension Section {
    /// A cluster file.
    static let cluster = Section(
        "cluster", "A cluster file describes a site: where commands run, and who schedules.",
        [
            Key(
                "extends", .either([.text, .list(.text)]), "", "cluster files, by name or path, that this one builds on"
            ),
            Key("name", .text, "required", "the cluster's name"),
            Key("backend", .choice(ClusterSpec.Backend.allCases.map(\.rawValue)), "local", "who schedules"),
            Key("host", .text, "", "a host, or an alias of `~/.ssh/config`; without it commands run here"),
            Key("port", .count(1...65535), "SSH's", "SSH port"),
            Key("user", .text, "SSH's", "user there"),
            Key("identity_file", .path, "SSH's", "private key"),
            Key("known_hosts", .path, "SSH's", "file of known host keys"),
            Key(
                "transport", .choice(ClusterSpec.Transport.allCases.map(\.rawValue)), "libssh",
                "what speaks to `host`: the library within muster, or `openssh`, this machine's ssh program with all that it can do"
            ),
            Key(
                "workdir", .path, "",
                "folder of runs there, absolute or `~/...`, seen by all nodes; only the local backend without `host` has one of its own"
            ),
            Key("scratch", .path, "", "folder on a node's own disk, for what a job needs only while it runs"),
            Key("partition", .text, "by fit", "where jobs run: a partition, or several with commas"),
            Key("account", .text, "Slurm's", "what they are charged to"),
            Key("qos", .text, "the account's", "their quality of service"),
            Key(
                "accounting", .flag, "asked",
                "whether Slurm keeps a record of ended jobs; with `false` sacct is not asked"
            ),
            Key(
                "submit_limit", .count(1...10_000_000), "the site's",
                "the most jobs of yours that may wait or run at once"),
            Key("max_jobs", .count(1...10_000_000), "the site's", "the most jobs of yours that may run at once"),
            Key("partitions", .table(.section(partition)), "asked", "what is known of partitions"),
            Key("collector", .section(collector), "", "how facts come home"),
            Key(
                "max_array_size", .count(1...4_000_001), "the site's",
                "the most elements of one array; the site's own limit counts too"),
            Key(
                "poll_interval", .time, "60s",
                "the least time between two questions to the scheduler about all runs of a user there, 2s to 1h: an answer serves them all. Nothing is asked while agents are heard, and pauses double up to ten minutes while answers stay the same"
            ),
            Key("modules", .either([.text, .list(.text)]), "", "modules to load before the agent starts"),
            Key("prologue", .text, "", "lines of the batch script before the agent starts"),
            Key("template", .text, "slurm.sh", "another script template"),
            Key(
                "slurm", .section(slurmOptions), "",
                "further sbatch options: `{constraint: a100}`; `true` for an option without value"),
        ])

    static let collector = Section(
        "collector", "How facts come home.",
        [
            Key(
                "way", .choice(ClusterSpec.Way.allCases.map(\.rawValue)), "auto",
                "`direct`: agents connect to this machine; `attached`: to a relay on the login node that lives as long as the client's session; `detached`: to one that is left running there; `files`: outboxes are read. `auto` takes `direct` with `address` (and on this machine), else `attached` with `interface`, else `files`. A run keeps the way that it was submitted with"
            ),
            Key(
                "address", .text, "", "`direct`: address of this machine that the collector binds and agents connect to"
            ),
            Key(
                "interface", .text, "",
                "`attached`, `detached`: address of the login node, or name of its interface, that the relay binds and agents connect to"
            ),
            Key("port", .count(1...65535), "any free", "the port that is bound"),
            Key(
                "idle", .time, "1h",
                "`detached`: time without a word of any agent after which the relay ends, from 1m on; it also ends with the last run"
            ),
        ])

    static let partition = Section(
        "partition", "What is known of a partition. What is not said is asked for, where the cluster can be asked.",
        [
            Key("default", .flag, "asked", "jobs that name no partition go there"),
            Key("max_time", .time, "asked", "the longest time limit of a job"),
            Key(
                "gpus", .either([.count(0...1024), .table(.count(0...1024))]), "asked",
                "GPUs of a node, or `{TYPE: N}` by the site's names for their models"),
            Key("cpus", .count(1...1_000_000), "asked", "CPUs of a node"),
            Key("memory", .size, "asked", "memory of a node"),
            Key("nodes", .count(1...1_000_000), "asked", "how many nodes it has"),
        ])

    static let slurmOptions = Section(
        "slurm", "Options of sbatch by their long names.", others: .any,
        [
            Key(
                "nodes", .count(1...10_000), "1",
                "nodes of an allocation: srun starts an agent on each, and jobs are shared out accordingly; `resources` stay those of one job on one node"
            )
        ])
}
