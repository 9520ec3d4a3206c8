import Glibc
import SSH

/// A connection that the ssh program makes and that every command shares.
///
/// It is held by a command of its own that reads an input of which nothing comes: whoever drops the session, or ends
/// altogether, ends that input, and with it the connection where it is ours.
final class ProgramSession: ScriptCarrier {
    let host: String
    /// What ssh's own files come to.
    let settings: ProgramSettings
    let sharing: ProgramSharing
    private let base: [String]
    private let hold: ProgramChannel

    /// Logs in. Questions are asked by ssh itself, at the terminal, where `asks` says so.
    ///
    /// - Parameter socket: Where the connection is shared unless the user's files say; nobody else may enter its folder.
    init(to alias: String, overrides: HostOverrides, socket: String, asks: Bool) throws(SSHError) {
        host = alias
        let named = overrides.programOptions
        let found = try Self.ask(["-G"] + named + ["--", alias], of: alias)
        guard found.status.isSuccess else { throw ProgramWords.error(found.errorText, host: alias) }
        settings = ProgramSettings(parsing: found.outputText)
        let isPresent =
            settings.namesControlPath
            ? try Self.ask(["-O", "check"] + named + ["--", alias], of: alias).status.isSuccess : false
        sharing = .chosen(settings, isPresent: isPresent, own: socket)
        base =
            named + ["-T", "-x", "-a", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no"]
            + settings.supplements
        hold = try Self.hold(
            base + sharing.holding + ["-o", "LogLevel=VERBOSE", "-o", "BatchMode=\(asks ? "no" : "yes")"], of: alias,
            patience: asks ? nil : .seconds(120))
    }

    deinit { if case .own(let path) = sharing, hold.isEnded { unlink(path) } }

    /// Whether the connection stands, as far as is known.
    var isConnected: Bool { !hold.isEnded }

    /// Whether it stands, by asking ssh.
    func stands() -> Bool {
        guard isConnected else { return false }
        let answer = try? Self.ask(["-O", "check"] + base + sharing.asking + ["--", host], of: host)
        return answer?.status.isSuccess ?? false
    }

    /// How ssh let itself be known: `publickey`, or the connection of somebody else.
    var identity: String {
        if sharing == .present { return "a connection that stood (ControlPath)" }
        guard let start = hold.said.firstRange(of: "using \"") else { return "the ssh program" }
        return "\(hold.said[start.upperBound...].prefix { $0 != "\"" }), by the ssh program"
    }

    /// What the process that held the connection said last.
    var lastWords: String {
        var (text, buffer) = ([] as [UInt8], [UInt8](repeating: 0, count: 4096))
        while case .bytes(let count)? = try? hold.read(.errors, into: &buffer) { text += buffer[..<count] }
        return text.isEmpty ? "the connection broke" : String(decoding: text, as: UTF8.self)
    }

    func open(script: String) throws(SSHError) -> ProgramChannel {
        let start = ScriptStart(script)
        let channel = try command(start.command, start.starts)
        try channel.send(start.script, within: .seconds(60))
        return channel
    }

    /// Runs a command through the user's login shell and returns all it wrote, start files' noise included.
    func exec(_ command: String, limits: ExecLimits) throws(SSHError) -> ExecResult {
        try self.command(command, StartMarkers()).collect([], limits)
    }

    private func command(_ text: String, _ markers: StartMarkers) throws(SSHError) -> ProgramChannel {
        guard isConnected else { throw ProgramWords.error(lastWords, host: host, isEstablished: true) }
        return try ProgramChannel(
            ["ssh"] + base + sharing.using + ["-o", "BatchMode=yes", "--", host, text], host: host, markers: markers,
            on: self)
    }

    /// Starts what holds the connection, and waits until it stands.
    private static func hold(
        _ options: [String], of host: String, patience: Duration?
    ) throws(SSHError) -> ProgramChannel {
        let start = ScriptStart("exec cat >/dev/null")
        // Ctrl-C is for whoever waits for a command, not for the connection; nor is the end of the terminal.
        let shell = ["/bin/sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "sh"]
        let channel = try ProgramChannel(
            shell + ["ssh"] + options + ["--", host, start.command], host: host, markers: start.starts,
            isLeftAlone: true)
        do throws(SSHError) {
            try channel.send(start.script, within: .seconds(60))
            let deadline = Deadline.after(patience)
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !channel.markers.areFound {
                let readings = [try channel.read(.output, into: &buffer), try channel.read(.errors, into: &buffer)]
                if let failure = channel.failure() { throw failure }
                if readings == [.end, .end], !channel.markers.areFound, channel.isEnded {
                    throw SSHError(.unreachable, "connect to", host: host, text: "the ssh program ended")
                }
                guard !deadline.hasPassed else {
                    throw SSHError(.timedOut, "log in to", host: host, text: "no answer within \(patience ?? .zero)")
                }
                if !channel.markers.areFound { channel.wait(until: deadline, sending: false) }
            }
        } catch {
            channel.terminate()
            throw error
        }
        return channel
    }

    /// Has ssh tell something of this machine.
    private static func ask(_ words: [String], of host: String) throws(SSHError) -> ExecResult {
        try ProgramChannel(["ssh"] + words, host: host)
            .collect([], ExecLimits(timeout: .seconds(30), outputLimit: 1 << 20))
    }
}

extension ProgramChannel {
    /// Writes all of it, waiting for room; what has ended takes nothing and says why elsewhere.
    fileprivate func send(_ bytes: [UInt8], within patience: Duration) throws(SSHError) {
        let deadline = Deadline.after(patience)
        var rest = bytes[...]
        while !rest.isEmpty, !isClosedForWriting {
            rest = rest.dropFirst(try write(rest))
            guard !rest.isEmpty, !isClosedForWriting else { return }
            guard !deadline.hasPassed else {
                throw SSHError(.timedOut, "start a command on", host: host, text: "no answer within \(patience)")
            }
            waitForRoom(until: deadline)
        }
    }
}
