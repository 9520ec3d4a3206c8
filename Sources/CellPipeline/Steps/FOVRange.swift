/// Fields of view asked for, both ends included; a missing end, or -1, is the first or the last one there is.
public struct FOVRange: Equatable, Sendable {
    private let text: String
    private let first: Int?
    private let last: Int?

    /// Reads `A:B`, `A:`, `:B` or a single number; nil for anything else.
    public init?(_ text: String) {
        self.text = text
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.isEmpty || Int($0) != nil }), text != "" else {
            return nil
        }
        if parts.count == 1, let number = Int(parts[0]), number < 0 { return nil }
        first = Int(parts[0])
        last = Int(parts[parts.count - 1])
    }

    /// The numbers, where there are `count` fields of view.
    package func resolve(count: Int) throws -> ClosedRange<Int> {
        let start = first.flatMap { $0 == -1 ? nil : $0 } ?? 0
        let end = last.flatMap { $0 == -1 ? nil : $0 } ?? count - 1
        guard start >= 0, end < count, start <= end else {
            throw PipelineError(cannot: "use the range of fields of view", text, "the scene has 0 to \(count - 1)")
        }
        return start...end
    }
}
