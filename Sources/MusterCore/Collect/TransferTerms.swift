/// How files travel.
public struct TransferTerms: Hashable, Sendable {
    /// Larger files travel in parts of so many bytes, each of which is not sent twice.
    public var chunk = ByteCount(25_000_000)
    /// How often a file or a part is tried.
    public var tries = 3
    /// The pause behind the first try in seconds; it doubles behind each.
    public var pause: Int64 = 5
    /// The most bytes a second; nil for as many as there is room for.
    public var bandwidth: ByteCount?
    /// From so many bytes on a person is asked first.
    public var askAbove = ByteCount(10 << 30)

    /// The defaults.
    public init() {}

    /// Seconds to wait behind the given try, counted from 1.
    public func pause(behind attempt: Int) -> Double { Double(pause) * Double(1 << min(max(0, attempt - 1), 20)) }

    /// What `init(json:)` reads.
    public var json: JSON {
        .object([
            "chunk": .int(chunk.bytes), "tries": .int(tries), "pause_s": .int(pause),
            "bandwidth": bandwidth.map { .int($0.bytes) }, "ask_above": .int(askAbove.bytes),
        ])
    }

    /// Reads what `json` writes; what is missing has its default.
    public init(json: JSON) {
        chunk = (json["chunk"]?.int).map { ByteCount(max(1, $0)) } ?? chunk
        tries = (json["tries"]?.int).map { max(1, Int(clamping: $0)) } ?? tries
        pause = json["pause_s"]?.int ?? pause
        bandwidth = (json["bandwidth"]?.int).flatMap { $0 > 0 ? ByteCount($0) : nil }
        askAbove = (json["ask_above"]?.int).map { ByteCount($0) } ?? askAbove
    }
}

/// Keeps a transfer under a bandwidth: a bucket that fills at that rate and holds one second of it.
public struct Pacer: Sendable {
    private let rate: Double
    private var level: Double
    private var last: Double?

    /// `rate` in bytes a second; nil for no limit.
    public init(_ rate: ByteCount?) {
        self.rate = Double(rate?.bytes ?? 0)
        level = self.rate
    }

    /// Seconds to wait before so many bytes more are asked for, at the moment `now`, in seconds of a clock that only goes on.
    public mutating func take(_ bytes: Int64, now: Double) -> Double {
        guard rate > 0 else { return 0 }
        level = min(rate, level + rate * max(0, now - (last ?? now)))
        last = now
        level -= Double(bytes)
        return level < 0 ? -level / rate : 0
    }

    /// The most bytes to ask for at once, so that what moves in a moment is never far beyond the bandwidth.
    public func most(of bytes: Int64) -> Int64 { rate > 0 ? min(bytes, max(65536, Int64(rate / 2))) : bytes }
}
