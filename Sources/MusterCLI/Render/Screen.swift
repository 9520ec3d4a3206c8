/// Text of several parts that is to fit a screen.
struct Screen {
    /// Lines of a screen, as far as nobody wants more.
    static let height = 40

    private var parts: [[String]] = []

    /// Adds a part; one without lines is left out.
    mutating func add(_ lines: [String]) {
        if !lines.isEmpty { parts.append(lines) }
    }

    /// All lines, where they are at most `most` (nil for any number); else the longest parts are cut, with a line that says
    /// how many are missing. Three lines of each part are kept.
    func lines(most: Int? = height) -> [String] {
        guard let most else { return parts.flatMap(\.self) }
        var kept = parts.map(\.count)
        while kept.reduce(0, +) > most, let longest = kept.indices.max(by: { kept[$0] < kept[$1] }), kept[longest] > 3 {
            kept[longest] -= 1
        }
        return parts.indices.flatMap { index in
            let (part, count) = (parts[index], kept[index])
            guard count < part.count else { return part }
            let missing = part.count - count + 1
            return part.prefix(count - 1) + ["... and \(missing) more lines: muster status --all"]
        }
    }
}
