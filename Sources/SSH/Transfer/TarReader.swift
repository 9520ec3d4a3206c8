/// Reads a tar archive as it arrives, in pieces of any size: ustar, pax, and GNU's long names and large numbers.
///
/// Checks form, not safety: what a path may be is for whoever writes files.
struct TarReader {
    /// What a piece of the archive turned out to be, in order.
    enum Event: Equatable {
        /// A member begins.
        case member(TarHeader)
        /// The next bytes of its contents.
        case contents(ArraySlice<UInt8>)
        /// The member is complete.
        case memberEnd
    }

    private enum State {
        case header
        /// Extended headers are collected whole.
        case extended(type: UInt8, left: Int64, padding: Int)
        case contents(left: Int64, padding: Int)
        case skip(Int)
        case ended
    }

    /// Extended headers hold names; more than this is an attack.
    private static let extendedLimit: Int64 = 1 << 20

    private var state = State.header
    private var collected: [UInt8] = []
    private var global: [String: String] = [:]
    private var next: [String: String] = [:]

    /// Whether the archive's end marker was read.
    var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Takes the next bytes and tells what they were.
    mutating func consume(
        _ bytes: ArraySlice<UInt8>, _ tell: (Event) throws(TarError) -> Void
    ) throws(TarError) {
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .ended: return
            case .header:
                guard let block = collect(TarFormat.block, from: &rest) else { return }
                try begin(block, tell)
            case .extended(let type, let left, let padding):
                guard let body = collect(Int(left), from: &rest) else { return }
                try extend(type, body)
                state = padding > 0 ? .skip(padding) : .header
            case .contents(let left, let padding):
                let piece = rest.prefix(Int(min(left, Int64(rest.count))))
                rest = rest.dropFirst(piece.count)
                try tell(.contents(piece))
                state = .contents(left: left - Int64(piece.count), padding: padding)
                if left == piece.count { try finish(padding, tell) }
            case .skip(let left):
                let skipped = min(left, rest.count)
                rest = rest.dropFirst(skipped)
                state = skipped == left ? .header : .skip(left - skipped)
            }
        }
    }

    /// Gathers exactly `count` bytes over as many calls as it takes.
    private mutating func collect(_ count: Int, from rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let piece = rest.prefix(count - collected.count)
        collected += piece
        rest = rest.dropFirst(piece.count)
        guard collected.count == count else { return nil }
        defer { collected = [] }
        return collected
    }

    private mutating func finish(_ padding: Int, _ tell: (Event) throws(TarError) -> Void) throws(TarError) {
        try tell(.memberEnd)
        state = padding > 0 ? .skip(padding) : .header
    }

    private mutating func begin(
        _ block: [UInt8], _ tell: (Event) throws(TarError) -> Void
    ) throws(TarError) {
        if block.allSatisfy({ $0 == 0 }) {
            state = .ended
            return
        }
        guard let sum = TarNumber.parse(block[TarFormat.checksum]), Int(sum) == TarFormat.checksum(of: block) else {
            throw TarError("the archive is damaged: a header's checksum is wrong")
        }
        guard let size = TarNumber.parse(block[TarFormat.size]), size >= 0 else {
            throw TarError("the archive is damaged: a size is no number")
        }
        let type = block[TarFormat.type]
        if "xgLK".utf8.contains(type) {
            guard size > 0, size <= Self.extendedLimit else { throw TarError("an extended header has \(size) bytes") }
            state = .extended(type: type, left: size, padding: TarFormat.padding(after: size))
            return
        }
        let values = global.merging(next) { $1 }
        next = [:]
        let header = try TarMember.header(block, type: type, size: size, values: values)
        try tell(.member(header))
        state = .contents(left: header.size, padding: TarFormat.padding(after: header.size))
        if header.size == 0 { try finish(0, tell) }
    }

    private mutating func extend(_ type: UInt8, _ body: [UInt8]) throws(TarError) {
        switch type {
        case UInt8(ascii: "x"): next.merge(try TarMember.records(body)) { $1 }
        case UInt8(ascii: "g"): global.merge(try TarMember.records(body)) { $1 }
        case UInt8(ascii: "L"): next["path"] = try TarMember.text(body[...])
        default: next["linkpath"] = try TarMember.text(body[...])
        }
    }
}
