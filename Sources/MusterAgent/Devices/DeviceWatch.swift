import MusterCore

/// The GPUs of this agent: which ones there are, which ones each slot has, and what they say, read once a look.
final class DeviceWatch {
    /// All that can be seen, whole ones and instances.
    private(set) var devices: [Device] = []
    /// Why none can be seen although jobs ask for some; nil where some are, or none is wanted.
    private(set) var unseen: String?
    private let source: (any DeviceSource)?
    /// Positions of the devices of each slot.
    private let slots: [[Int]]
    /// What was read in the present look.
    private var seen: [Int: DeviceReading] = [:]
    /// Errors of the present look, by position.
    private var errors: [Int: [GPUError]] = [:]
    private var uncorrected: [Int: Int64] = [:]
    /// Pids that devices tell are of this process's own number space: one of our own was among them.
    private var knowsPids = false

    /// What an agent knows of its share when it starts.
    struct Share {
        /// What each slot sees, in the scheduler's words; nil where nobody told.
        var tokens: [[String]]?
        /// All of the agent's tokens.
        var all: [String]
        /// The node's own numbers of the GPUs, as Slurm tells them.
        var numbers: [Int]?
        /// How many slots there are.
        var slots: Int
    }

    /// Looks for devices, unless no GPU is wanted: then nothing is loaded.
    init(share: Share, isWanted: Bool) {
        guard isWanted else {
            (source, slots) = (nil, [])
            return
        }
        let found = Self.find()
        source = found.source
        unseen = found.reason
        devices = found.source?.devices ?? []
        let names = devices.map(\.name)
        let usable = names.indices.filter { !names[$0].isDivided }
        guard let tokens = share.tokens else {
            slots = Array(repeating: usable, count: share.slots)
            return
        }
        let positions = GPUBinding.positions(of: share.all, among: names, numbers: share.numbers)
        let meaning = Dictionary(zip(share.all, positions)) { first, _ in first }
        slots = tokens.map { $0.compactMap { meaning[$0] ?? nil } }
    }

    private static func find() -> (source: (any DeviceSource)?, reason: String?) {
        do throws(NvidiaDevices.Absent) {
            return (try NvidiaDevices(), nil)
        } catch {
            let amd = AMDDevices()
            if !amd.devices.isEmpty { return (amd, nil) }
            return (nil, "no GPU can be measured: \(error.reason); no GPU of AMD's driver either")
        }
    }

    /// Whether they are AMD's, whose variables count one below the other.
    var isAMD: Bool { source is AMDDevices }

    /// The devices of a slot.
    func devices(of slot: Int) -> [Device] {
        slots.indices.contains(slot) ? slots[slot].map { devices[$0] } : []
    }

    /// CPUs near the devices of each slot.
    var nearCPUs: [[Int]] { slots.map { positions in positions.flatMap { devices[$0].cpus } } }

    /// Begins a look: forgets what was read, and hears what the driver had to say.
    func look() {
        seen.removeAll(keepingCapacity: true)
        errors.removeAll(keepingCapacity: true)
        for (position, error) in source?.newErrors() ?? [] { errors[position, default: []].append(error) }
    }

    /// What the GPUs of a slot do, and what they have of the processes `pids`.
    func uses(of slot: Int, pids: Set<Int>, tally: GPUTally?) -> [GPUUse] {
        guard slots.indices.contains(slot) else { return [] }
        return slots[slot].map { position in
            let reading = read(position, pids: pids)
            var use = reading.use
            let own = reading.processes?.filter { pids.contains($0.key) }.values
            if let own, !own.isEmpty { knowsPids = true }
            use.own = knowsPids ? own.map { $0.reduce(0, +) } ?? 0 : tally?.added(use)
            return use
        }
    }

    /// What the GPUs of a slot do at this very moment, between looks.
    func fresh(of slot: Int) -> [GPUUse] {
        guard slots.indices.contains(slot), let source else { return [] }
        return slots[slot].map { position in
            let reading = source.read(position, pids: [])
            // What went wrong while nobody had the device is nobody's.
            if seen[position] == nil { uncorrected[position] = reading.uncorrected }
            return reading.use
        }
    }

    /// Memory errors that could not be corrected since the driver was loaded, of each device that a slot has.
    var uncorrectedSoFar: [(gpu: String, count: Int64)] {
        Set(slots.joined()).sorted().compactMap { position in
            source?.read(position, pids: []).uncorrected.map { (devices[position].name.id, $0) }
        }
    }

    /// Errors of a slot's GPUs since the last look.
    func errors(of slot: Int) -> [GPUError] {
        guard slots.indices.contains(slot) else { return [] }
        return slots[slot].flatMap { errors[$0] ?? [] }
    }

    /// Errors of memory are noticed by the difference to the last reading.
    private func read(_ position: Int, pids: Set<Int>) -> DeviceReading {
        // Where processes are sought by their pids, the next stage's are others.
        if let reading = seen[position], !isAMD { return reading }
        guard let source else { return DeviceReading(use: GPUUse(id: "")) }
        let reading = source.read(position, pids: pids)
        if let count = reading.uncorrected {
            let more = count - (uncorrected[position] ?? count)
            if more > 0 {
                errors[position, default: []].append(
                    GPUError(gpu: devices[position].name.id, kind: .ecc, number: more))
            }
            uncorrected[position] = count
        }
        seen[position] = reading
        return reading
    }
}
