import MusterCore
import MusterHistory

/// Takes contents out of the store that nobody needs.
struct StorePruning {
    let store: ContentStore
    /// What nothing was told to use since goes too.
    let unusedSince: Timestamp?
    /// What came within the last hour goes too.
    let takesFresh: Bool

    /// What came a moment ago may be about to be told of.
    private static let young: Int64 = 3_600_000_000

    func run(_ consent: Consent, isDry: Bool) throws {
        let known = try RunRecord.openHistory().contents()
        let now = Timestamp.now.microseconds
        let chosen = try store.contents().filter { content in
            guard takesFresh || now - content.came.microseconds > Self.young else { return false }
            guard let record = known[content.sum] else { return true }
            guard let unusedSince, let last = record.last else { return false }
            return last < unusedSince
        }
        let what = "\(chosen.count) contents with \(ByteCount(chosen.reduce(0) { $0 + max(0, $1.size) }))"
        if takesFresh, consent.yes, !isDry { try store.clear() }
        guard !chosen.isEmpty else { return Terminal.complain("there is nothing to remove from \(store.folder)") }
        guard !isDry else {
            for content in chosen {
                Terminal.print("\(content.sum)  \(known[content.sum]?.path.visible ?? "-")")
            }
            return Terminal.complain("\(what) would be removed from \(store.folder)")
        }
        try consent.ask(what, become: "be removed from \(store.folder)")
        for content in chosen { try store.remove(content.sum) }
        Terminal.complain("\(what) were removed from \(store.folder)")
    }
}
