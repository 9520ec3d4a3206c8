/// Generic resources such as GPUs, asked for or given: `gpu:2`, `gpu:a100:4`, `gpu:fake:2(IDX:0-1)`.
public struct SlurmGres: Hashable, Sendable, CustomStringConvertible {
    /// `gpu`, or whatever else the site counts.
    public let name: String
    /// The site's name for the model; nil for any.
    public let type: String?
    /// How many.
    public let count: Int
    /// Which of the node's devices, where Slurm says so; these are the node's numbers, not those a job sees.
    public let indices: [UInt32]

    /// A request for `count` of them.
    public init(name: String = "gpu", type: String? = nil, count: Int) {
        self.init(name: name, type: type, count: count, indices: [])
    }

    private init(name: String, type: String?, count: Int, indices: [UInt32]) {
        self.name = name
        self.type = type
        self.count = count
        self.indices = indices
    }

    /// What `--gpus-per-node` takes.
    var withoutName: String { (type.map { "\($0):" } ?? "") + "\(count)" }

    /// The same devices, whichever of the node's they are.
    var withoutIndices: Self { Self(name: name, type: type, count: count) }

    /// Reads a list as sinfo, squeue and scontrol print it; parts that cannot be read are left out.
    ///
    /// Also takes the forms `gres:gpu:1` and `gres/gpu:fake=1` of newer and of accounting columns.
    public static func list(parsing text: some StringProtocol) -> [Self] {
        Text.splitOutsideBrackets(Substring(text), at: UInt8(ascii: ",")).compactMap(one)
    }

    /// What `--gres` takes.
    public var description: String {
        ([name] + (type.map { [$0] } ?? []) + ["\(count)"]).joined(separator: ":")
    }

    private static func one(_ text: Substring) -> Self? {
        var text = Text.trimmed(text)
        guard Text.value(text) != nil else { return nil }
        var indices: [UInt32] = []
        if let open = text.utf8.firstIndex(of: UInt8(ascii: "(")) {
            let note = text[open...].dropFirst().dropLast()
            if note.hasPrefix("IDX:"), let spec = SlurmArraySpec(parsing: note.dropFirst(4)), spec.count <= 4_096 {
                indices = Array(spec.indices)
            }
            text = text[..<open]
        }
        for prefix in ["gres:", "gres/"] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        var parts = text.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
        }.map { Substring($0) }
        var count = 1
        if parts.count > 1, let last = parts.last, let number = counted(last) {
            count = number
            parts.removeLast()
        }
        guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
        return Self(name: String(name), type: parts.count == 2 ? String(parts[1]) : nil, count: count, indices: indices)
    }

    /// `2` and `3K`: Slurm shortens large counts by factors of 1,024.
    private static func counted(_ text: Substring) -> Int? {
        if let plain: Int = Text.number(text) { return plain }
        let factors: [UInt8: Int] = [
            UInt8(ascii: "K"): 1 << 10, UInt8(ascii: "M"): 1 << 20, UInt8(ascii: "G"): 1 << 30,
        ]
        guard let last = text.utf8.last, let factor = factors[last & 0xDF],
            let number: Int = Text.number(text.dropLast()), number < 1 << 30
        else { return nil }
        return number * factor
    }
}
