/// `environment_snapshot.json`: what a job's programs found around them. Only what is named here is ever written down.
public struct EnvironmentSnapshot: Equatable, Sendable {
    /// Variables that are told: none of them holds a secret.
    public static let variables = ["CUDA_VISIBLE_DEVICES", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV"]

    /// System, release, version and machine, as uname(2) has them.
    public var system: [JSON.Member]
    /// What the stage's own Python told; empty where it was not asked or did not answer.
    public var facts: PythonFacts
    /// `CUDA_VISIBLE_DEVICES` of the job; nil without.
    public var gpus: String?
    /// All GPUs of the agent, in the order in which its Python was shown them; nil where no choice is made.
    public var agentGPUs: [String]?

    /// Gathers the parts.
    public init(system: [JSON.Member], facts: PythonFacts, gpus: String?, agentGPUs: [String]?) {
        self.system = system
        self.facts = facts
        self.gpus = gpus
        self.agentGPUs = agentGPUs
    }

    /// The content; what is not known is left out.
    public func json(now: LocalTime) -> JSON {
        var variables = gpus.map { [JSON.Member("CUDA_VISIBLE_DEVICES", .string($0))] } ?? []
        variables += (facts["environment"]?.members ?? []).filter { member in
            Self.variables.contains(member.key) && !variables.contains { $0.key == member.key }
        }
        return .object([
            "generated_at": .string(now.iso), "python": facts["python"], "platform": .object(system),
            "environment": .object(variables), "torch": torch, "numpy": facts["numpy"], "psutil": facts["psutil"],
            "git": facts["git"],
        ])
    }

    /// The facts of PyTorch with the job's own GPUs only, numbered as the job sees them.
    private var torch: JSON? {
        guard let members = facts["torch"]?.members else { return nil }
        guard let devices = facts["devices"]?.array else { return .object(members) }
        var own = devices
        if let all = agentGPUs {
            let mine = (gpus ?? "").split(separator: ",").map(String.init)
            let places = mine.compactMap { token in all.firstIndex(of: token) }
            guard places.count == mine.count, places.allSatisfy(devices.indices.contains) else {
                return .object(members)
            }
            own = places.map { devices[$0] }
        }
        let numbered = own.enumerated().map { index, device in
            JSON.object([JSON.Member("index", .int(index))] + (device.members ?? []).filter { $0.key != "index" })
        }
        return .object(
            members + [.init("device_count", .int(own.count)), .init("devices", .array(numbered))])
    }
}

/// What a Python program told of itself: lines of JSON objects, of which the keys of all count.
public struct PythonFacts: Equatable, Sendable {
    private var members: [JSON.Member] = []

    /// Knows nothing.
    public init() {}

    /// Reads what was printed; lines that are no objects, such as warnings, are left out.
    public init(output: some Sequence<UInt8>) {
        for line in Array(output).split(separator: UInt8(ascii: "\n")) where line.first == UInt8(ascii: "{") {
            members += (try? JSON(parsing: line))?.members ?? []
        }
    }

    /// The value of a key; nil where it was not told.
    public subscript(key: String) -> JSON? { members.last { $0.key == key }?.value }
}
