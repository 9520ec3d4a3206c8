/// An amount of memory in Slurm's notation.
public struct SlurmMemory: Hashable, Sendable, CustomStringConvertible {
    /// What the amount is meant for.
    public enum Scope: Hashable, Sendable {
        case node, cpu
    }

    /// Mebibytes, a fraction rounded up: Slurm's own unit.
    public let mebibytes: Int
    /// Nil where the text does not say.
    public let scope: Scope?

    /// That many mebibytes.
    public init(mebibytes: Int, scope: Scope? = nil) {
        self.mebibytes = mebibytes
        self.scope = scope
    }

    /// Reads `2048` (mebibytes), `64M`, `1.50G`, `500K`, sinfo's `2048+` (at least), and the suffixes `n` (a node)
    /// and `c` (a CPU) that older accounting adds. Nil for anything else.
    public init?(parsing text: some StringProtocol) {
        var bytes = Text.trimmed(Substring(text)).utf8
        if bytes.last == UInt8(ascii: "+") { bytes.removeLast() }
        var scope: Scope?
        switch bytes.last {
        case UInt8(ascii: "n"): scope = .node
        case UInt8(ascii: "c"): scope = .cpu
        default: break
        }
        if scope != nil { bytes.removeLast() }
        var kibibytes = 1_024.0
        if let letter = bytes.last, !Text.isDigit(letter) {
            let units: [UInt8: Double] = [
                UInt8(ascii: "K"): 1, UInt8(ascii: "M"): 1_024, UInt8(ascii: "G"): 1_048_576,
                UInt8(ascii: "T"): 1_073_741_824, UInt8(ascii: "P"): 1_099_511_627_776,
            ]
            guard let unit = units[letter & 0xDF] else { return nil }
            kibibytes = unit
            bytes.removeLast()
        }
        let digits = Substring(bytes)
        guard let first = digits.utf8.first, Text.isDigit(first),
            digits.utf8.allSatisfy({ Text.isDigit($0) || $0 == UInt8(ascii: ".") }), let number = Double(digits)
        else { return nil }
        let amount = (number * kibibytes / 1_024).rounded(.up)
        guard amount < 1e15 else { return nil }
        self.init(mebibytes: Int(amount), scope: scope)
    }

    /// With its unit, as `--mem` takes it.
    public var description: String { "\(mebibytes)M" }
}
