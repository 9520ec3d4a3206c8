/// Names of contents: SHA-256 as 64 lower-case hex digits, and beginnings of these.
public enum ContentName {
    /// The shortest beginning that is taken for one.
    public static let shortest = 6

    /// Whether it is the whole name of a content.
    public static func isWhole(_ text: some StringProtocol) -> Bool { text.utf8.count == 64 && isHex(text) }

    /// Whether it may be the beginning of one.
    public static func isBeginning(_ text: some StringProtocol) -> Bool {
        (shortest...64).contains(text.utf8.count) && isHex(text)
    }

    private static func isHex(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// What a folder of a store says that lies at `path` below it, as `objects/ab/abcdef...`; nil for anything else.
    public static func inStore(_ path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "objects", isWhole(parts[2]), parts[2].hasPrefix(parts[1]),
            parts[1].utf8.count == 2
        else { return nil }
        return String(parts[2])
    }
}
