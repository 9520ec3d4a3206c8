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

/// The command line that starts a POSIX shell on a script, whatever the user's login shell is.
struct ScriptStart {
    /// Valid in sh, bash, zsh, csh, tcsh and fish, to all of which text in single quotes without `!`, backslash or
    /// line end means itself. The script comes over standard input, byte by byte so that what follows it is left to
    /// the script itself, and so is bound by no limit on command lines.
    let command: String
    let starts: [Channel.Stream: StartMarker]
    /// To be written to the channel before any input.
    let script: [UInt8]

    init(_ script: String) {
        var generator = SystemRandomNumberGenerator()
        let random = String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
        let marker = "begin-\(random)"
        self.script = Array(script.utf8)
        command =
            "exec /bin/sh -c 'echo \(marker); echo \(marker) >&2; "
            + "eval \"$(dd bs=1 count=\(self.script.count) 2>/dev/null)\"'"
        starts = [.output: StartMarker(marker), .errors: StartMarker(marker)]
    }
}
