import MusterCore

/// What a node's report means.
struct NodeFindings {
    var report: Answers
    /// The cluster's file, for cures.
    var file: String

    var node: String { report["node"] ?? "the node" }

    var agent: Finding {
        if report["agent_status"] == "0" { return .ok("\(report["agent"] ?? "it") starts on \(node)") }
        return .wrong(
            "it does not start on \(node): \(report["agent"] ?? "it said nothing")",
            cure: "'not found' or GLIBC in the message: use the agent of 'make dist'; 'Permission denied': set another "
                + "'workdir' in \(file), this one is mounted noexec there; 'No such file': nodes do not see the workdir"
        )
    }

    /// glibc and kernel, against what the agent needs.
    var system: Finding {
        let text = "Linux \(report["kernel"] ?? "?"), \(report["libc"] ?? "an unknown C library")"
        let isOld =
            Self.isOlder(report["kernel"], than: [4, 18])
            || Self.isOlder(report["libc"].map { $0.replacing("glibc ", with: "") }, than: [2, 28])
        guard isOld else { return .ok(text) }
        return .warning(text, cure: "agents are made for Linux 4.18 and glibc 2.28 on: try, and tell us")
    }

    /// Whether the first numbers of a version come before others; false for what can't be read.
    static func isOlder(_ version: String?, than other: [Int]) -> Bool {
        let parts = (version ?? "").split { !$0.isNumber }.prefix(other.count).compactMap { Int($0) }
        return parts.count == other.count && parts.lexicographicallyPrecedes(other)
    }

    /// Where running out of memory would show.
    var memory: Finding {
        let version = report["controller"]
        let limit = report.all("limit").compactMap { Int64($0) }.filter { $0 < 1 << 60 }.min()
        guard let version else {
            return .warning(
                "no memory controller is seen from the job",
                cure: "kills for want of memory are told by the scheduler only; ask the site for "
                    + "ConstrainRAMSpace=yes")
        }
        guard let limit else {
            return .warning(
                "cgroup \(version) counts memory, but sets no limit",
                cure: "a job may take the memory of others: ask the site for ConstrainRAMSpace=yes")
        }
        return .ok("cgroup \(version), a job of \(ProbeJob.memory) MiB has a limit of \(ByteCount(limit))")
    }

    /// What the job sees of GPUs when it asks for `asked`.
    func gpus(asked: Int) -> Finding {
        let cards = report.all("gpu")
        let names = cards.isEmpty ? report.all("device") : cards
        let visible = report["visible"]
        let seen = max(names.count, visible.map { $0.split(separator: ",").count } ?? 0)
        let text = [names.first, visible.map { "CUDA_VISIBLE_DEVICES=\($0)" }].compactMap(\.self)
            .joined(separator: ", ")
        if asked == 0 { return .ok(names.isEmpty ? "none asked for, none seen (--gpus N asks)" : text) }
        guard seen >= asked else {
            return .wrong(
                "\(asked) asked for, \(seen) seen", cure: "check the GPUs of the partition: sinfo -o '%P %G'")
        }
        return .ok(text)
    }

    var scratch: Finding {
        func size(_ text: String?) -> String { text.flatMap { Int64($0) }.map { "\(ByteCount($0 << 10))" } ?? "?" }
        var parts = ["/tmp has \(size(report["tmp"]))"]
        for line in report.all("scratch") {
            let words = line.split(separator: " ").map(String.init)
            if words.count >= 3, words[1] != "/tmp" {
                parts.append("$\(words[0]) (\(words[1])) has \(size(words.last))")
            }
        }
        return .ok(parts.joined(separator: ", "))
    }

    var claims: Finding {
        guard report["sees"] == "yes" else {
            return .wrong(
                "\(node) does not see the files of the login node",
                cure: "set 'workdir' in \(file) to a folder on a file system that all nodes share")
        }
        return FileSystemFindings.claims(report, file: file)
    }

    /// What came back from the collector's place; `answer` is the word that proves it.
    func ring(_ bell: Doorbell.Address, answer: String) -> Finding {
        let said = report["ring"] ?? "nothing came back"
        if said == answer { return .ok("\(node) reaches \(bell.host):\(bell.port) here") }
        return .wrong(
            "\(node) does not reach \(bell.host):\(bell.port) of this machine: \(said)",
            cure: "set 'collector.address' in \(file) to an address of this machine on the cluster's network, open the "
                + "port in its firewall ('collector.port' fixes it), or use: collector: {way: files}")
    }
}
