public import MusterCore

/// Reads what is new in the outboxes of a run: the way home that needs no socket.
public struct OutboxTail: Sendable {
    /// The run's folder.
    public let paths: RunPaths
    /// How far each lane's outbox was read, in bytes, to the end of a whole line.
    public private(set) var offsets: [String: Int] = [:]

    /// The last call left something behind that stood there when it was made.
    public private(set) var hasMore = false

    /// The most that one call brings home of one lane.
    static let limit = 4 << 20

    /// Starts at the beginning of every outbox.
    public init(paths: RunPaths) { self.paths = paths }

    /// The new whole lines of all lanes. One command, whatever the number of lanes; a line that is still being written
    /// is left for the next call.
    public mutating func next(on host: some Host) async throws(HostError) -> [[UInt8]] {
        let result = try await host.run(script, input: [], timeout: 120)
        guard result.status == 0 else {
            throw HostError(.file, "cannot read the outboxes in '\(paths.lanes)' on \(host.name): \(result.errorText)")
        }
        var lines: [[UInt8]] = []
        var rest = result.output[...]
        hasMore = false
        // Each part is: NAME NUL COUNT NUL and COUNT bytes.
        while let (lane, content, tail) = Self.part(of: rest) {
            rest = tail
            guard let end = content.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            if content.count >= Self.limit { hasMore = true }
            let whole = content[...end]
            offsets[lane, default: 0] += whole.count
            lines += whole.split(separator: UInt8(ascii: "\n")).map(Array.init)
        }
        return lines
    }

    private static func part(of bytes: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        guard let first = bytes.firstIndex(of: 0), let second = bytes[(first + 1)...].firstIndex(of: 0),
            let count = Int(String(decoding: bytes[(first + 1)..<second], as: UTF8.self).filter { $0 != " " }),
            second + 1 + count <= bytes.endIndex
        else { return nil }
        let name = String(decoding: bytes[..<first], as: UTF8.self)
        return (name, bytes[(second + 1)..<(second + 1 + count)], bytes[(second + 1 + count)...])
    }

    /// For each lane whose outbox grew: its name, how many bytes follow, the bytes. The size is taken before reading,
    /// and `head` cuts there, so an agent that writes meanwhile does not break the framing.
    private var script: String {
        let known = offsets.map { "\(ShellWord.quote($0.key))) at=\($0.value);;" }.joined(separator: " ")
        return """
            cd -- \(ShellWord.quote(paths.lanes)) 2>/dev/null || exit 0
            for f in */outbox.jsonl; do
              [ -f "$f" ] || continue
              lane=${f%/outbox.jsonl}; at=0
              case $lane in \(known) *) ;; esac
              size=$(wc -c < "$f") || continue
              new=$((size - at)); [ "$new" -gt 0 ] || continue
              [ "$new" -le \(Self.limit) ] || new=\(Self.limit)
              printf '%s\\0%s\\0' "$lane" "$new"
              tail -c "+$((at + 1))" "$f" | head -c "$new"
            done
            exit 0
            """
    }
}
