/// Patterns of ssh_config(5) and sshd(8): `*` stands for any run of characters, `?` for one, `!` in front negates.
enum Pattern {
    /// Whether the pattern, taken without a leading `!`, matches the whole text. Case counts.
    ///
    /// Linear in practice: on a mismatch only the last star is tried again, which is enough for this pattern language.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var (p, t) = (0, 0)
        var retry: (p: Int, t: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                retry = (p + 1, t)
                p += 1
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let (afterStar, start) = retry {
                retry = (afterStar, start + 1)
                (p, t) = (afterStar, start + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Whether some positive pattern of the list matches and no negated one does.
    static func list(_ patterns: [String], matches text: String) -> Bool {
        var found = false
        for pattern in patterns {
            if pattern.first == "!" {
                if matches(String(pattern.dropFirst()), text) { return false }
            } else if matches(pattern, text) {
                found = true
            }
        }
        return found
    }
}
