import Foundation

@testable import SSH

/// A real ssh-agent with some keys, ended with the last reference.
final class SSHAgent: Sendable {
    private let folder: TemporaryFolder
    private let program: Program
    let socket: String

    init(keys: [String]) throws {
        let folder = try TemporaryFolder()
        let socket = "\(folder.path)/agent"
        self.folder = folder
        self.socket = socket
        program = try Program(["ssh-agent", "-D", "-a", socket])
        guard holdsSoon({ (try? AgentConnection(path: socket).identities()) != nil }) else {
            throw ToolFailure(words: ["ssh-agent"], text: "did not start")
        }
        for key in keys { try runTool(["ssh-add", "-q", key], environment: ["SSH_AUTH_SOCK": socket]) }
    }
}
