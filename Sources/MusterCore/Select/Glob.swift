/// A pattern of names: `*` stands for any text, `?` for one character.
public enum Glob {
    /// Whether `pattern` stands for all of `text`.
    public static func matches(_ pattern: some StringProtocol, _ text: some StringProtocol) -> Bool {
        let (pattern, text) = (Array(pattern), Array(text))
        var (p, t) = (0, 0)
        // The last star, and where the text went on behind it.
        var star: (p: Int, t: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.p, last.t + 1)
                (p, t) = (last.p + 1, last.t + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
