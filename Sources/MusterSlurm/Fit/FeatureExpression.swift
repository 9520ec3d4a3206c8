/// Features that a node must have (sbatch(1), `--constraint`), as far as one node can be judged by itself.
///
/// Read are names joined by `&` (or a comma) or by `|`, and parentheses; brackets around alternatives ask that all nodes
/// take the same one, which for a single node is the same as parentheses. Counts (`a*2`) and a mix of both signs without
/// parentheses are left to Slurm.
indirect enum FeatureExpression: Equatable {
    case name(String)
    case all([Self])
    case any([Self])

    /// Nil for what only Slurm can judge.
    init?(parsing text: some StringProtocol) {
        var rest = Text.trimmed(Substring(text))
        guard let whole = Self.sequence(&rest), rest.isEmpty else { return nil }
        self = whole
    }

    /// Whether a node with these features will do.
    func holds(for features: Set<String>) -> Bool {
        switch self {
        case .name(let name): features.contains(name)
        case .all(let parts): parts.allSatisfy { $0.holds(for: features) }
        case .any(let parts): parts.contains { $0.holds(for: features) }
        }
    }

    /// Parts with the same sign between them, up to a closing mark or the end.
    private static func sequence(_ rest: inout Substring) -> Self? {
        guard let first = part(&rest) else { return nil }
        var parts = [first]
        var sign: UInt8?
        while let byte = rest.utf8.first, signs.contains(byte) {
            let kind = byte == UInt8(ascii: "|") ? byte : UInt8(ascii: "&")
            guard sign == nil || sign == kind else { return nil }
            sign = kind
            rest = rest[rest.utf8.index(after: rest.startIndex)...]
            guard let next = part(&rest) else { return nil }
            parts.append(next)
        }
        guard let sign else { return first }
        return sign == UInt8(ascii: "|") ? .any(parts) : .all(parts)
    }

    private static func part(_ rest: inout Substring) -> Self? {
        guard let byte = rest.utf8.first else { return nil }
        let closing: [UInt8: UInt8] = [
            UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "["): UInt8(ascii: "]"),
        ]
        if let end = closing[byte] {
            rest = rest[rest.utf8.index(after: rest.startIndex)...]
            guard let inner = sequence(&rest), rest.utf8.first == end else { return nil }
            rest = rest[rest.utf8.index(after: rest.startIndex)...]
            return inner
        }
        let name = rest.utf8.prefix { !signs.contains($0) && !marks.contains($0) }
        guard !name.isEmpty else { return nil }
        rest = rest[name.endIndex...]
        return .name(String(Substring(name)))
    }

    private static let signs = Set("&|,".utf8)
    private static let marks = Set("()[]*! ".utf8)
}
