import Hummingbird

/// A page's parts as server-sent events, each when it became another one, at most twice a second.
struct Live: Sendable {
    let pages: Pages
    let changes: Changes

    /// Between two looks at what the history does not tell of.
    private static let rest = Duration.seconds(2)
    /// Something is said so often at least, so that connections which nobody has any more are found.
    private static let pulse = Duration.seconds(15)

    /// Writes until the reader goes away. The caller has entered `changes` and leaves it.
    func write(_ address: String, to writer: inout any ResponseBodyWriter) async throws {
        let wish = Wish(address)
        var sent: [String: String] = [:]
        var version: Int64 = -2
        var said = ContinuousClock.now
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        while !changes.isOver {
            let begun = ContinuousClock.now
            guard let page = try await pages.page(wish) else {
                try await writer.write(ByteBuffer(string: "event: gone\ndata: {}\n\n"))
                return
            }
            for part in page.parts where sent[part.id] != part.html {
                sent[part.id] = part.html
                try await writer.write(ByteBuffer(string: Self.event(part)))
                said = .now
            }
            if ContinuousClock.now - said >= Self.pulse {
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                said = .now
            }
            // Large pages take their time: whoever reads them gets them less often.
            let spent = ContinuousClock.now - begun
            try await changes.pause(max(.milliseconds(500), spent * 2))
            version = try await changes.next(after: version, atMost: page.isWritten ? Self.rest : Self.pulse)
        }
    }

    /// One event: the part's name, and its HTML on lines of their own as the format wants it.
    static func event(_ part: Page.Part) -> String {
        let lines = part.html.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        return "event: part\ndata: \(part.id)\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
    }
}
