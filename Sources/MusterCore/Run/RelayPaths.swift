/// Where the relay of a user lies in the folder of runs: one serves all runs there.
public struct RelayPaths: Hashable, Sendable {
    /// The folder of runs, `workdir` of the cluster.
    public let workdir: String

    /// Names the paths below `workdir`.
    public init(workdir: String) { self.workdir = workdir }

    /// Those beside the folder of a run, `WORKDIR/runs/RUN`; nil for a folder that lies elsewhere.
    public init?(run folder: String) {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[parts.count - 2] == "runs", let name = parts.last, !name.isEmpty else {
            return nil
        }
        self.init(workdir: parts.dropLast(2).joined(separator: "/"))
    }

    /// The relay's own folder, for the owner only.
    public var folder: String { "\(workdir)/relay" }
    /// Locked by the relay that serves; says where it is for people.
    public var lock: String { "\(folder)/lock" }
    /// The relay's secret key as a Z85 line, kept so that a restart has the same.
    public var key: String { "\(folder)/key" }
    /// An empty file for each run that is to be served, by its name.
    public var runs: String { "\(folder)/runs" }
    /// What a relay that was left running complains of.
    public var log: String { "\(folder)/log" }

    /// The folder of a run.
    public func run(_ name: String) -> RunPaths { RunPaths(folder: "\(workdir)/runs/\(name)") }
}

/// What a relay says of itself between the events that it passes on.
public struct RelayWord: Equatable, Sendable {
    /// Whether a relay serves the user's runs.
    public var isServed: Bool
    /// Where this very process listens; nil when it only follows what another hears.
    public var address: String?

    /// Makes a word.
    public init(isServed: Bool, address: String? = nil) {
        self.isServed = isServed
        self.address = address
    }

    /// One line without its newline.
    public var line: [UInt8] {
        JSON.object([
            "v": .int(Event.version),
            "relay": .object(["served": .bool(isServed), "address": address.map { .string($0) }]),
        ]).bytes
    }

    /// Reads a line; nil when it is none of a relay's own.
    public init?(json: JSON) {
        guard let relay = json["relay"], let isServed = relay["served"]?.bool else { return nil }
        self.init(isServed: isServed, address: relay["address"]?.string)
    }
}
