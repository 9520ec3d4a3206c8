/// Which of a scene's items are asked for, both ends included; an end that is missing, or -1, is the first or the last one.
public struct ItemRange: Hashable, Sendable {
    /// The first item; nil for the scene's first.
    public let first: Int?
    /// The last item; nil for the scene's last.
    public let last: Int?

    /// All items.
    public static let all = ItemRange(first: nil, last: nil)

    /// Names the ends.
    public init(first: Int?, last: Int?) {
        self.first = first == -1 ? nil : first
        self.last = last == -1 ? nil : last
    }

    /// Reads `A:B`, `A:`, `:B` or a single number; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !text.isEmpty,
            parts.allSatisfy({ $0.isEmpty || (Int($0).map { $0 >= -1 } ?? false) })
        else { return nil }
        if parts.count == 1, Int(parts[0]) == -1 { return nil }
        self.init(first: Int(parts[0]), last: Int(parts[parts.count - 1]))
    }

    /// `A:B`, an end that is missing left out.
    public var text: String { (first.map(String.init) ?? "") + ":" + (last.map(String.init) ?? "") }

    /// Whether the items can be told without counting the scene's.
    public var isClosed: Bool { last != nil }

    /// A range that a scene does not have.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// The range and how many items there are.
        public let description: String
    }

    /// The items of a scene (in words, for the mistake) that has `count`; nil where nobody counted them.
    public func resolve(count: Int?, scene: String) throws(Invalid) -> ClosedRange<Int> {
        let start = first ?? 0
        guard let end = last ?? count.map({ $0 - 1 }) else {
            throw Invalid(description: "Invalid range: \(text) (nobody counted the items of \(scene))")
        }
        guard start >= 0, start <= end, count.map({ end < $0 }) ?? true else {
            let amount = count.map { " (\(scene) has \($0) item\($0 == 1 ? "" : "s"))" } ?? ""
            throw Invalid(description: "Invalid range: \(start)-\(end)\(amount)")
        }
        return start...end
    }
}
