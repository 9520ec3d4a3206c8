/// When a run starts nothing more because too much of it goes wrong.
public struct HaltPolicy: Hashable, Sendable {
    /// The failures that must have been before a share counts, where the config does not say it.
    public static let usualLeast = 5

    /// This share (0 to 1) of the jobs that have ended failed for good; nil does not count.
    public var failed: Double?
    /// So many must have failed before.
    public var least: Int
    /// So many jobs failed for good with the same signature; nil does not count.
    public var sameSignature: Int?

    /// Makes a policy.
    public init(failed: Double?, least: Int = Self.usualLeast, sameSignature: Int?) {
        self.failed = failed
        self.least = least
        self.sameSignature = sameSignature
    }

    /// `{"failed","least","same_signature"}`.
    public var json: JSON {
        .object([
            "failed": failed.map { .double($0) }, "least": .int(least),
            "same_signature": sameSignature.map { .int($0) },
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init(
            failed: json["failed"]?.double, least: Int(clamping: json["least"]?.int ?? Int64(Self.usualLeast)),
            sameSignature: (json["same_signature"]?.int).map { Int(clamping: $0) })
    }

    /// For people.
    public var text: String {
        var parts: [String] = []
        if let failed { parts.append("\(Self.percent(failed)) of the ended jobs failed, \(least) at least") }
        if let sameSignature { parts.append("\(sameSignature) jobs failed in the same way") }
        return parts.joined(separator: ", or when ")
    }

    static func percent(_ share: Double) -> String {
        let text = Decimal.text(share * 100, digits: 1)
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
    }
}
