/// When a job that holds more than its share of an allocation's memory is ended, before the kernel takes a neighbour for it.
/// Decisions only.
public enum MemoryGuard {
    /// Memory counts as short from this part of the limit on.
    private static let short = 0.85
    /// From this part on it is looked at more often.
    private static let tight = 0.5

    /// Whether jobs that hold `held` bytes together should be looked at more often.
    public static func isTight(held: Int64, limit: Int64) -> Bool { Double(held) >= tight * Double(limit) }

    /// The place of the job to end, of jobs that run side by side: the one that is over its share by most, once all together
    /// hold nearly the limit. What a job holds beyond its share while nobody else needs it is nobody's business.
    ///
    /// - Parameters:
    ///   - held: Resident memory of each job, in bytes.
    ///   - share: What each asked for; nil where it asked for nothing.
    ///   - limit: What all may hold together.
    public static func victim(held: [Int64], share: [Int64?], limit: Int64) -> Int? {
        guard held.count > 1, Double(held.reduce(0, +)) >= short * Double(limit) else { return nil }
        let excess = zip(held, share).map { held, share in share.map { held - $0 } ?? 0 }
        guard let most = excess.indices.max(by: { (excess[$0], $1) < (excess[$1], $0) }), excess[most] > 0 else {
            return nil
        }
        return most
    }
}
