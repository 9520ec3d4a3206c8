import ArgumentParser
import Foundation
import MusterCore
import MusterWeb

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Show runs as web pages, read-only: what they do, what they did, what they used.",
        discussion: """
            Prints a URL with a token that lets whoever has it in, and serves until Ctrl-C. The pages show what the history \
            knows and change with it: somebody must watch a run for it to learn more.
            """)
    @Option(help: "The port; 0 takes any that is free.") var port = 0
    @Option(help: "The address of this machine to listen on; others can be reached from elsewhere, unencrypted.")
    var address = "127.0.0.1"
    @Option(
        help:
            "Keep the token in this file, which its owner alone may read, so that the URL stays the same; made when missing."
    )
    var tokenFile: String?
    @Option(help: "Listen on this socket instead, which its owner alone can use, without a token.") var socket: String?

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("a port is a number from 0 to 65535") }
        if socket != nil, port != 0 || address != "127.0.0.1" || tokenFile != nil {
            throw ValidationError("--socket stands in place of --port, --address and --token-file")
        }
    }

    /// A new one each time, or the one that the user's file keeps.
    private func token() throws -> Token {
        guard let tokenFile else { return Token() }
        do {
            return try TokenFile.token(Places.absolute(tokenFile))
        } catch {
            throw ExitStatus(code: 1, text: "error: --token-file: \(error)")
        }
    }

    func run() async throws {
        let history = try RunRecord.openHistory()
        let place: WebServer.Place =
            if let socket { .socket(path: Places.absolute(socket)) } else {
                .port(address: address, port: port, try token())
            }
        let server = try WebServer(
            history, at: place, name: ProcessInfo.processInfo.hostName, logs: LogTails(), reports: ReportPages(history))
        let (isLocal, isSocket) = (["127.0.0.1", "::1", "localhost"].contains(address), socket != nil)
        do {
            try await Interruption.heeded {
                try await server.run { told in
                    Terminal.print(told)
                    if isSocket {
                        Terminal.complain("serving on this socket until Ctrl-C")
                    } else {
                        let warning =
                            isLocal ? "" : "; what is sent is not encrypted: an SSH tunnel to 127.0.0.1 is safer"
                        Terminal.complain("serving until Ctrl-C; the URL lets whoever has it read\(warning)")
                    }
                }
            }
        } catch let status as ExitStatus where status.code == ExitStatus.interrupted.code {
            // Ctrl-C is how it ends.
        } catch {
            throw ExitStatus(code: 1, text: "error: cannot serve on \(socket ?? "\(address):\(port)"): \(error)")
        }
    }
}
