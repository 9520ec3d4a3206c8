import MusterCore

/// The GPUs of a stage that runs.
final class StageDevices {
    private let watch: DeviceWatch
    private let slot: Int
    private var tally: GPUTally
    /// The latest reading.
    private(set) var latest: [GPUUse] = []
    /// Errors told while the stage ran.
    private(set) var errors: [GPUError] = []

    /// Looks at the GPUs of a slot before its stage's program starts; nil for a slot without any.
    init?(_ watch: DeviceWatch, slot: Int) {
        guard !watch.devices(of: slot).isEmpty else { return nil }
        self.watch = watch
        self.slot = slot
        tally = GPUTally(before: watch.fresh(of: slot))
    }

    /// Takes in what the devices say now; answers the errors that are new.
    func take(pids: Set<Int>) -> [GPUError] {
        latest = watch.uses(of: slot, pids: pids, tally: tally)
        tally.take(latest)
        let new = watch.errors(of: slot)
        errors += new
        return new
    }

    /// The most memory of all of them together, in bytes.
    var peak: Int64? { tally.peak }
    /// The most of each.
    var peaks: [GPUPeak] { tally.gpus }

    /// What the devices have to say on why the stage's program failed; nil when nothing.
    var hint: String? {
        var words: [String] = []
        if tally.endedFull { words.append("a GPU of it had no more than 3 % of its memory free at the end") }
        if let error = errors.last { words.append(error.words) }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }
}
