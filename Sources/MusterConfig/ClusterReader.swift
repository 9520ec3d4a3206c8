public import MusterCore
import YAML

/// Reads cluster files.
public enum ClusterReader {
    /// Reads `bytes`, the content of `file`; nil exactly when an error is among the diagnostics.
    public static func read(_ bytes: [UInt8], file: String) -> (ClusterSpec?, [Diagnostic]) {
        let reader = Reader(file: file, text: String(decoding: bytes, as: UTF8.self))
        guard let root = reader.parse(bytes), let keyed = Keyed(root, path: "", reader) else {
            return (nil, reader.found)
        }
        let spec = read(keyed)
        keyed.finish()
        let all = reader.found.sorted { $0.location < $1.location }
        return (all.contains { $0.severity == .error } ? nil : spec, all)
    }

    private static func read(_ keyed: Keyed) -> ClusterSpec {
        func number(_ key: String, in keyed: Keyed, _ range: ClosedRange<Int>) -> Int? {
            keyed.value(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
                Int($0).flatMap { range.contains($0) ? $0 : nil }
            }
        }
        var spec = ClusterSpec(name: keyed.required("name", "mycluster") ?? "")
        spec.backend = keyed.choice("backend", ClusterSpec.Backend.self) ?? .local
        spec.host = keyed.text("host")
        spec.port = number("port", in: keyed, 1...65535)
        spec.user = keyed.text("user")
        spec.identityFile = keyed.text("identity_file")
        spec.knownHosts = keyed.text("known_hosts")
        spec.workdir = keyed.value("workdir", expected: "an absolute path, or one that begins with '~/'") {
            $0.hasPrefix("/") || $0.hasPrefix("~/") ? $0 : nil
        }
        spec.partition = keyed.text("partition")
        spec.account = keyed.text("account")
        spec.maxArraySize = number("max_array_size", in: keyed, 1...4_000_001)
        spec.pollInterval =
            keyed.value("poll_interval", expected: "a time from 2s to 1h, such as 60s") {
                WallTime(parsing: $0).flatMap { (2...3600).contains($0.seconds) ? $0 : nil }
            } ?? spec.pollInterval
        spec.modules = keyed.texts("modules") ?? []
        spec.prologue = keyed.text("prologue") ?? ""
        spec.template = keyed.text("template")
        if let collector = keyed.mapping("collector") {
            spec.way = way(collector)
            spec.collectorAddress = collector.text("address")
            spec.collectorPort = number("port", in: collector, 1...65535)
            collector.finish()
        }
        let options = keyed.mapping("slurm")
        // As many agents are started as there are nodes: so their number must be known.
        _ = options.flatMap { number("nodes", in: $0, 1...10_000) }
        spec.slurm =
            options?.entries.map { pair in
                let value = Scalar.value(pair.value)
                return .init(name: pair.key, value: value == true ? nil : Placeholders.text(value))
            } ?? []
        return spec
    }

    private static func way(_ collector: Keyed) -> ClusterSpec.Way {
        let way = collector.choice("way", ClusterSpec.Way.self) ?? .auto
        if way == .attached || way == .detached, let node = collector.node("way") {
            collector.reader.report(
                at: node.mark, "'collector.way: \(way.rawValue)' is not available in this version",
                hint: "use direct where nodes reach this machine, else files")
        }
        return way
    }
}
