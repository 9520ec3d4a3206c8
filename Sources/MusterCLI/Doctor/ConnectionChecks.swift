import MusterCluster
import MusterCore
import SSH

extension Check {
    /// Whether and how the host is reached.
    static func connection(_ host: any LoginHost, file: String) -> [Check] {
        let seen = Introduction(host: host, file: file)
        return [
            Check("transport") { _ in [await transport(host, file: file)] },
            Check("connection", needs: ["transport"]) { _ in [await seen.findings().connection] },
            Check("host key", needs: ["connection"]) { _ in [await seen.findings().hostKey] },
            Check("login", needs: ["connection", "host key"]) { _ in [await seen.findings().login] },
            Check("shell noise", needs: ["connection", "login"]) { _ in
                [ConnectionFindings.noise((try? await seen.findings().attempt.get().noise) ?? "")]
            },
            commands(needs: ["connection", "login"]),
        ]
    }

    /// What speaks to the host, and whether it is there.
    private static func transport(_ host: any LoginHost, file: String) async -> Finding {
        guard host is OpenSSHHost else { return .ok(host.transport) }
        let asked = try? await LocalHost().run("command -v ssh && ssh -V 2>&1")
        let lines = (asked?.text ?? "").split(separator: "\n")
        guard asked?.status == 0, lines.count >= 2 else {
            return .wrong(
                "this machine has no program 'ssh', which 'transport: openssh' needs",
                cure: "install OpenSSH's client (openssh-client), or leave 'transport' out of \(file)")
        }
        return .ok("\(host.transport): \(lines[0]), \(lines[1])")
    }

    /// How long a command takes.
    static func commands(needs: [String]) -> Check {
        Check("commands", needs: needs) { patient in
            let clock = ContinuousClock()
            var seconds: [Double] = []
            for _ in 0..<3 {
                let start = clock.now
                _ = try await patient.run(":")
                seconds.append((clock.now - start) / .seconds(1))
            }
            return [ConnectionFindings.commands(seconds)]
        }
    }

    /// One attempt, looked at by several checks.
    private actor Introduction {
        private let host: any LoginHost
        private let file: String
        private var attempt: Result<SSHIntroduction, SSHError>?

        init(host: any LoginHost, file: String) {
            self.host = host
            self.file = file
        }

        func findings() async -> ConnectionFindings {
            if let attempt { return ConnectionFindings(attempt: attempt, file: file) }
            let made: Result<SSHIntroduction, SSHError>
            do throws(SSHError) { made = .success(try await host.introduce()) } catch { made = .failure(error) }
            attempt = made
            return ConnectionFindings(attempt: made, file: file)
        }
    }
}
