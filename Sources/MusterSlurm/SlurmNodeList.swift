/// The compact notation for a set of nodes: `n[1-3,7],login-a`.
public enum SlurmNodeList {
    /// A list that names more nodes than any cluster has is not expanded.
    public static let limit = 100_000

    /// Every name in the written order, with leading zeros kept (`n[08-10]` is n08, n09, n10).
    ///
    /// Several bracket pairs in one name are multiplied out, the last one fastest. Nil when the text is not in
    /// this notation or names more than ``limit`` nodes; ask `scontrol show hostnames` then. A text for "none"
    /// such as `(null)` or `None assigned` is an empty list.
    public static func expand(_ text: some StringProtocol) -> [String]? {
        guard let list = Text.value(Substring(text)) else { return [] }
        var names: [String] = []
        for part in Text.splitOutsideBrackets(list[...], at: UInt8(ascii: ",")) {
            guard !part.isEmpty, let expanded = expandOne(part), names.count + expanded.count <= limit else {
                return nil
            }
            names += expanded
        }
        return names
    }

    private static func expandOne(_ part: Substring) -> [String]? {
        var names = [""]
        var rest = part
        while let open = rest.utf8.firstIndex(of: UInt8(ascii: "[")) {
            guard let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let head = rest[..<open]
            guard isPlain(head), let numbers = numbers(rest[open..<close].dropFirst()),
                names.count * numbers.count <= limit
            else { return nil }
            names = names.flatMap { name in numbers.map { name + head + $0 } }
            rest = rest[close...].dropFirst()
        }
        guard isPlain(rest) else { return nil }
        return names.map { $0 + rest }
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { !Text.isBlank($0) && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") }
    }

    private static func numbers(_ text: Substring) -> [String]? {
        var numbers: [String] = []
        for part in Text.split(text, at: UInt8(ascii: ",")) {
            let ends = Text.split(part, at: UInt8(ascii: "-"))
            guard ends.count <= 2, let first: UInt32 = Text.number(ends[0]),
                let last: UInt32 = Text.number(ends[ends.count - 1]),
                first <= last, Int(last - first) < limit
            else { return nil }
            let width = ends[0].utf8.count
            for number in first...last {
                let digits = String(number)
                numbers.append(String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits)
            }
        }
        return numbers
    }
}
