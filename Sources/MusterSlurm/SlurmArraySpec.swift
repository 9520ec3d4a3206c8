/// The indices of a job array and how many of its tasks may run at once: `0-99%10`, `1,3,5-9:2`.
public struct SlurmArraySpec: Hashable, Sendable, CustomStringConvertible {
    /// From `first` to at most `last`, every `step`-th index.
    public struct Span: Hashable, Sendable {
        /// The first index.
        public let first: UInt32
        /// The last index that may occur; with a step it need not.
        public let last: UInt32
        /// The distance between two indices, at least 1.
        public let step: UInt32

        /// Nil when `last` lies before `first` or the step is zero.
        public init?(_ first: UInt32, _ last: UInt32, step: UInt32 = 1) {
            guard first <= last, step > 0 else { return nil }
            self.first = first
            self.last = last
            self.step = step
        }

        /// How many indices there are; 64 bits, as 0-4294967295 has one more than 32 bits hold.
        public var count: UInt64 { UInt64(last - first) / UInt64(step) + 1 }
    }

    /// In the order in which they were written.
    public let spans: [Span]
    /// How many tasks may run at once; nil for no limit of the array's own.
    public let throttle: UInt32?
    /// Slurm has left out the tail ("..."), so that more indices belong to it than can be read.
    public let isTruncated: Bool

    /// Exactly these indices, written as short as possible. Nil for none at all.
    public init?(_ indices: some Sequence<UInt32>, throttle: UInt32? = nil) {
        var spans: [Span] = []
        for index in Set(indices).sorted() {
            if let last = spans.last, last.last + 1 == index, let longer = Span(last.first, index) {
                spans[spans.count - 1] = longer
            } else if let single = Span(index, index) {
                spans.append(single)
            }
        }
        guard !spans.isEmpty, throttle != 0 else { return nil }
        self.spans = spans
        self.throttle = throttle
        self.isTruncated = false
    }

    /// Reads what a person or Slurm writes, with or without brackets around it.
    public init?(parsing text: some StringProtocol) {
        var body = Substring(text)
        if body.utf8.first == UInt8(ascii: "["), body.utf8.last == UInt8(ascii: "]") {
            body = body.dropFirst().dropLast()
        }
        let halves = Text.split(body, at: UInt8(ascii: "%"))
        guard halves.count <= 2 else { return nil }
        var throttle: UInt32?
        if halves.count == 2 {
            guard let number: UInt32 = Text.number(halves[1]), number > 0 else { return nil }
            throttle = number
        }
        var spans: [Span] = []
        var isTruncated = false
        for part in Text.split(halves[0], at: UInt8(ascii: ",")) {
            if part == "..." {
                isTruncated = true
            } else if let span = Self.span(part) {
                spans.append(span)
            } else if let cut = Self.cutSpan(part) {
                spans.append(cut)
                isTruncated = true
            } else {
                return nil
            }
        }
        guard !spans.isEmpty else { return nil }
        self.spans = spans
        self.throttle = throttle
        self.isTruncated = isTruncated
    }

    /// How many indices can be read from it; an index in two spans counts twice.
    public var count: UInt64 { spans.reduce(0) { $0 + $1.count } }

    /// The largest index, which must be below the cluster's `MaxArraySize`.
    public var maximum: UInt32 { spans.map(\.last).max() ?? 0 }

    /// Whether the index is one of them; a truncated spec may deny one that Slurm has left out.
    public func contains(_ index: UInt32) -> Bool {
        spans.contains { $0.first <= index && index <= $0.last && (index - $0.first) % $0.step == 0 }
    }

    /// Every index in the written order. Lazy: what Slurm prints may be large.
    public var indices: some Sequence<UInt32> {
        spans.lazy.flatMap { stride(from: UInt64($0.first), through: UInt64($0.last), by: Int($0.step)) }
            .map { UInt32($0) }
    }

    /// The text that `--array` takes.
    public var description: String {
        let list = spans.map { span in
            if span.first == span.last { return "\(span.first)" }
            return span.step == 1 ? "\(span.first)-\(span.last)" : "\(span.first)-\(span.last):\(span.step)"
        }
        return list.joined(separator: ",") + (isTruncated ? ",..." : "") + (throttle.map { "%\($0)" } ?? "")
    }

    private static func span(_ part: Substring) -> Span? {
        let stepped = Text.split(part, at: UInt8(ascii: ":"))
        let ends = Text.split(stepped[0], at: UInt8(ascii: "-"))
        guard stepped.count <= 2, ends.count <= 2, let first: UInt32 = Text.number(ends[0]) else { return nil }
        guard ends.count == 2 else { return stepped.count == 1 ? Span(first, first) : nil }
        guard let last: UInt32 = Text.number(ends[1]) else { return nil }
        guard stepped.count == 2 else { return Span(first, last) }
        guard let step: UInt32 = Text.number(stepped[1]) else { return nil }
        return Span(first, last, step: step)
    }

    /// `7...` and `7-...`: the number may itself be cut, so only its presence is used.
    private static func cutSpan(_ part: Substring) -> Span? {
        guard part.utf8.count > 3, part.hasSuffix("...") else { return nil }
        let ends = Text.split(part.dropLast(3), at: UInt8(ascii: "-"))
        guard ends.count == 2, let first: UInt32 = Text.number(ends[0]) else { return nil }
        return Span(first, first)
    }
}
