/// Folds what is seen of a stage's GPUs, once a second, into peaks.
public struct GPUTally: Sendable {
    /// The part of a GPU's memory from which on it counts as full.
    static let fullShare = 0.97
    /// Readings at the end in which a GPU that was full may explain a failure.
    static let lastReadings = 3

    private var peaks: [GPUPeak]
    private var busy: [Int: (sum: Double, count: Double)] = [:]
    private var full: [Bool] = []
    /// The most that all of them held at one moment, in bytes.
    public private(set) var peak: Int64?
    /// Memory in use before the stage began, by GPU.
    private var before: [String: Int64]

    /// Begins with the GPUs as they are before the stage's program starts.
    public init(before: [GPUUse]) {
        peaks = before.map { GPUPeak(id: $0.id) }
        self.before = Dictionary(before.compactMap { use in use.used.map { (use.id, $0) } }) { $1 }
    }

    /// What the stage itself has of a GPU where its processes can't be told from others': what was added since it began.
    public func added(_ use: GPUUse) -> Int64? {
        guard let used = use.used, let before = before[use.id] else { return nil }
        return max(0, used - before)
    }

    /// Takes in a reading of all of them.
    public mutating func take(_ uses: [GPUUse]) {
        for use in uses {
            guard let at = peaks.firstIndex(where: { $0.id == use.id }) else { continue }
            if let own = use.own { peaks[at].memory = max(peaks[at].memory ?? 0, own) }
            if let now = use.utilization {
                let old = busy[at] ?? (0, 0)
                busy[at] = (old.sum + Double(now), old.count + 1)
            }
        }
        let own = uses.compactMap(\.own)
        if !own.isEmpty { peak = max(peak ?? 0, own.reduce(0, +)) }
        full.append(uses.contains { Self.isFull($0) })
        if full.count > Self.lastReadings { full.removeFirst() }
    }

    private static func isFull(_ use: GPUUse) -> Bool {
        guard let used = use.used, let total = use.total, total > 0 else { return false }
        return Double(used) >= fullShare * Double(total)
    }

    /// What was taken of each.
    public var gpus: [GPUPeak] {
        peaks.enumerated().map { at, peak in
            var peak = peak
            peak.utilization = busy[at].map { $0.sum / $0.count }
            return peak
        }
    }

    /// One of them was full at the end.
    public var endedFull: Bool { full.contains(true) }
}
