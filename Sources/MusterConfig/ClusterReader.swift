public import MusterCore
import YAML

/// Reads cluster files.
public enum ClusterReader {
    /// Reads `bytes`, the content of `file`; nil exactly when an error is among the diagnostics.
    public static func read(_ bytes: [UInt8], file: String) -> (ClusterSpec?, [Diagnostic]) {
        let (spec, found, _) = read(ConfigFiles(main: .init(file: file, bytes: bytes)))
        return (spec, found)
    }

    /// Reads a cluster file with those that it `extends`; nil exactly when an error is among the diagnostics. The text is
    /// that of all files in one.
    public static func read(_ files: ConfigFiles) -> (ClusterSpec?, [Diagnostic], text: String?) {
        let reader = Reader(file: files.main.file)
        let root = Composition(files: files, reader: reader, key: "extends").root()
        let spec = root.flatMap { Keyed($0, .cluster, path: "", reader) }.map(read)
        let all = reader.found.sorted { $0.location < $1.location }
        let text = root.map { ResolvedConfig(root: $0, reader: reader, main: 0).yaml(origin: false) }
        return (all.contains { $0.severity == .error } ? nil : spec, all, text)
    }

    private static func read(_ keyed: Keyed) -> ClusterSpec {
        defer { keyed.finish() }
        var spec = ClusterSpec(name: keyed.required("name", "mycluster") ?? "")
        spec.backend = keyed.choice("backend", ClusterSpec.Backend.self) ?? .local
        spec.host = keyed.text("host")
        spec.port = keyed.count("port")
        spec.user = keyed.text("user")
        spec.identityFile = keyed.text("identity_file")
        spec.knownHosts = keyed.text("known_hosts")
        spec.transport = keyed.choice("transport", ClusterSpec.Transport.self) ?? .libssh
        spec.workdir = keyed.value("workdir", expected: "an absolute path, or one that begins with '~/'") {
            $0.hasPrefix("/") || $0.hasPrefix("~/") ? $0 : nil
        }
        spec.scratch = keyed.value("scratch", expected: "an absolute path") { $0.hasPrefix("/") ? $0 : nil }
        spec.partition = keyed.text("partition")
        spec.account = keyed.text("account")
        spec.qos = keyed.text("qos")
        spec.accounting = keyed.flag("accounting")
        spec.submitLimit = keyed.count("submit_limit")
        spec.maxJobs = keyed.count("max_jobs")
        spec.partitions = PartitionReader.read(keyed)
        spec.maxArraySize = keyed.count("max_array_size")
        spec.pollInterval =
            keyed.value("poll_interval", expected: "a time from 2s to 1h, such as 60s") {
                WallTime(parsing: $0).flatMap { (2...3600).contains($0.seconds) ? $0 : nil }
            } ?? spec.pollInterval
        spec.modules = keyed.texts("modules") ?? []
        spec.prologue = keyed.text("prologue") ?? ""
        spec.template = keyed.text("template")
        if let collector = keyed.mapping("collector") {
            readCollector(collector, into: &spec)
        }
        if let options = keyed.mapping("slurm") {
            // As many agents are started as there are nodes: so their number must be known.
            let nodes = options.count("nodes").map { [ClusterSpec.Option(name: "nodes", value: String($0))] }
            spec.slurm = (nodes ?? []) + Self.options(options)
            for pair in options.entries { spec.places["slurm.\(pair.key)"] = options.reader.location(pair.mark) }
        }
        for key in ["name", "partition", "account", "qos"] {
            if let mark = keyed.node(key)?.mark { spec.places[key] = keyed.reader.location(mark) }
        }
        return spec
    }

    private static func readCollector(_ collector: Keyed, into spec: inout ClusterSpec) {
        spec.way = collector.choice("way", ClusterSpec.Way.self) ?? .auto
        spec.collectorAddress = collector.text("address")
        spec.collectorPort = collector.count("port")
        spec.relayInterface = collector.value(
            "interface", expected: "an address of the login node, such as 10.0.0.1, or an interface's name, such as ib0"
        ) { text in text.allSatisfy { $0.isLetter || $0.isNumber || ".:-_[]".contains($0) } ? text : nil }
        spec.relayIdle =
            collector.value("idle", expected: "a time from 1m on, such as 1h") {
                WallTime(parsing: $0).flatMap { $0.seconds >= 60 ? $0 : nil }
            } ?? spec.relayIdle
        collector.finish()
        guard spec.way == .attached || spec.way == .detached, let node = collector.node("way") else { return }
        if spec.host == nil || spec.backend == .local {
            collector.reader.report(
                at: node.mark,
                "'collector.way: \(spec.way.rawValue)' needs 'backend: slurm' and 'host': its relay runs on a login node",
                hint: "on the login node itself use: {way: direct, address: ADDRESS}")
        } else if spec.relayInterface == nil {
            collector.reader.report(
                at: node.mark, "'collector.way: \(spec.way.rawValue)' needs 'interface', which the relay listens on",
                hint:
                    "write: collector: {way: \(spec.way.rawValue), interface: ADDRESS} with an address of the login node "
                    + "that nodes reach; 'ip -br address' there shows them")
        }
    }
}
