/// Finds where a command's own output begins, behind whatever shell start files printed.
struct StartMarker {
    /// More noise than this is no greeting any more.
    static let noiseLimit = 1 << 20

    private let marker: [UInt8]
    /// What came before the marker, as far as it has come.
    private(set) var noise: [UInt8] = []
    private(set) var isFound = false

    init(_ marker: String) { self.marker = Array((marker + "\n").utf8) }

    /// Takes the next bytes of the stream and returns those that belong to the command.
    mutating func consume(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard !isFound else { return bytes }
        let searched = max(0, noise.count - marker.count + 1)
        noise += bytes
        guard let start = position(from: searched) else { return [] }
        isFound = true
        let rest = noise[(start + marker.count)...]
        noise.removeSubrange(start...)
        return rest
    }

    private func position(from first: Int) -> Int? {
        guard noise.count >= marker.count else { return nil }
        return (first...(noise.count - marker.count)).first { start in
            noise[start] == marker[0] && noise[start..<start + marker.count].elementsEqual(marker)
        }
    }
}

/// The beginnings of a command's two streams.
package struct StartMarkers {
    private var markers: [Channel.Stream: StartMarker]

    /// What came before the command on its standard error, once it has begun.
    package private(set) var greeting: [UInt8] = []

    package init() { markers = [:] }

    init(_ markers: [Channel.Stream: StartMarker]) { self.markers = markers }

    /// Whether the command has begun, as far as both streams were read.
    package var areFound: Bool { markers.isEmpty }

    /// What came before the command, on both streams.
    package var noise: [UInt8] { [Channel.Stream.output, .errors].flatMap { markers[$0]?.noise ?? [] } }

    /// Cuts off what login shells printed before the command began: the buffer's first `count` bytes have just been read.
    package mutating func strip(
        _ count: Int, _ stream: Channel.Stream, _ buffer: inout [UInt8], host: String
    ) throws(SSHError) -> Channel.Reading {
        guard var marker = markers[stream] else { return .bytes(count) }
        let rest = marker.consume(buffer[..<count])
        markers[stream] = marker.isFound ? nil : marker
        if marker.isFound, stream == .errors { greeting = marker.noise }
        guard marker.noise.count <= StartMarker.noiseLimit else {
            throw SSHError(
                .channelFailed, "start a command on", host: host,
                text: "the login shell printed more than \(StartMarker.noiseLimit) bytes before the command",
                hint: "look at what ~/.bashrc or ~/.profile prints there")
        }
        guard !rest.isEmpty else { return .nothing }
        buffer.replaceSubrange(..<rest.count, with: rest)
        return .bytes(rest.count)
    }

    /// Why the command never began, once its streams have ended: what was printed instead. Nil if it did begin.
    package func missing(on host: String, _ status: ExecStatus?) -> SSHError? {
        guard !areFound else { return nil }
        let text = String(decoding: noise.suffix(2000), as: UTF8.self)
        let ending = status.map { " with \($0)" } ?? ""
        return SSHError(
            .channelFailed, "start a command on", host: host,
            text: "the login shell ended\(ending) before it ran /bin/sh: \(text)",
            hint: "see what happens on: ssh \(host) true")
    }
}

/// The command line that starts a POSIX shell on a script, whatever the user's login shell is.
package struct ScriptStart {
    /// Valid in sh, bash, zsh, csh, tcsh and fish, to all of which text in single quotes without `!`, backslash or
    /// line end means itself. The script comes over standard input, byte by byte so that what follows it is left to
    /// the script itself, and so is bound by no limit on command lines.
    package let command: String
    package let starts: StartMarkers
    /// To be written to the channel before any input.
    package let script: [UInt8]

    package init(_ script: String) {
        var generator = SystemRandomNumberGenerator()
        let random = String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
        let marker = "begin-\(random)"
        self.script = Array(script.utf8)
        command =
            "exec /bin/sh -c 'echo \(marker); echo \(marker) >&2; "
            + "eval \"$(dd bs=1 count=\(self.script.count) 2>/dev/null)\"'"
        starts = StartMarkers([.output: StartMarker(marker), .errors: StartMarker(marker)])
    }
}
