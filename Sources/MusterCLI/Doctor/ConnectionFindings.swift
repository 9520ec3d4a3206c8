import MusterCluster
import SSH

/// What became of connecting: three findings out of one attempt.
struct ConnectionFindings {
    var attempt: Result<SSHIntroduction, SSHError>
    /// The cluster's file, for cures.
    var file: String

    /// More seconds than this for connecting are worth a word.
    static let slow = 5.0

    var connection: Finding {
        switch attempt {
        case .success(let seen) where seen.seconds > Self.slow:
            .warning(
                "\(seen.address) in \(Self.text(seen.seconds))",
                cure: "find out what is slow (name look-ups, a hop): ssh -v \(seen.address.split(separator: ":")[0])")
        case .success(let seen): .ok("\(seen.address) in \(Self.text(seen.seconds))")
        case .failure(let error):
            switch error.kind {
            case .unreachable, .timedOut, .disconnected, .configInvalid, .channelFailed, .transferFailed:
                .wrong(
                    "cannot \(error.operation) '\(error.host)': \(error.text)",
                    cure: error.hint
                        ?? "check 'host' and 'port' in \(file), and from here: ssh -v \(error.host); a VPN may be needed"
                )
            case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .authenticationFailed, .personWanted:
                .ok("'\(error.host)' answers")
            }
        }
    }

    var hostKey: Finding {
        switch attempt {
        case .success(let seen): .ok("known: \(seen.hostKey)")
        case .failure(let error):
            switch error.kind {
            case .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked:
                .wrong(error.text, cure: error.hint ?? "ask the site for the host's key")
            case .authenticationFailed, .personWanted: .ok("known")
            default: .skipped("needs: connection")
            }
        }
    }

    var login: Finding {
        switch attempt {
        case .success(let seen): .ok("\(seen.address.split(separator: "@")[0]) with \(seen.identity)")
        case .failure(let error) where error.kind == .authenticationFailed:
            .wrong(
                error.text,
                cure: "have one of these keys accepted (ssh-copy-id, or the site's portal), name another as "
                    + "'identity_file' in \(file), or load it: ssh-add KEY; \(error.hint ?? "")")
        case .failure(let error) where error.kind == .personWanted:
            .warning(error.text, cure: "start muster at a terminal, where it can ask; scripts can't log in there")
        case .failure: .skipped("needs: \(connection.isUsable ? "host key" : "connection")")
        }
    }

    /// What shells print where nobody asked.
    static func noise(_ text: String) -> Finding {
        let lines = text.split(separator: "\n")
        guard let first = lines.first else { return .ok("none") }
        return .warning(
            "\(lines.count) line\(lines.count == 1 ? "" : "s") before each command, such as: \(first.prefix(80))",
            cure: "muster leaves it out, but scp and rsync break on it: let start files print only to people, "
                + "as with: case $- in *i*) ... ;; esac")
    }

    /// Seconds of some commands that do nothing.
    static func commands(_ seconds: [Double]) -> Finding {
        guard let middle = seconds.sorted().dropFirst(seconds.count / 2).first else { return .skipped("not tried") }
        let text = "one takes \(text(middle))"
        guard middle > 1 else { return .ok(text) }
        return .warning(
            text, cure: "start files of the login shell take their time: see what they do with: bash -xlic exit")
    }

    /// `0.31 s`, `12 ms`.
    static func text(_ seconds: Double) -> String {
        seconds < 0.1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 100).rounded() / 100) s"
    }
}
