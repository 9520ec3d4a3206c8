import Foundation
import MusterCore
import Testing

@testable import MusterCluster
@testable import SSH

/// The two ways to speak to a host, which must do the same.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
    case libssh, openssh

    var testDescription: String { rawValue }
}

extension SSHServer {
    var overrides: HostOverrides {
        get throws {
            _ = try settings()
            return HostOverrides(
                hostName: "127.0.0.1", port: port, identityFiles: ["\(folder.path)/user_key"],
                knownHostsFiles: ["\(folder.path)/known_hosts"])
        }
    }

    func carrier(_ transport: Transport) throws -> any ScriptCarrier {
        switch transport {
        case .libssh: try connect()
        case .openssh:
            try ProgramSession(to: "test", overrides: try overrides, socket: "\(folder.path)/ctl", asks: false)
        }
    }

    /// A host that nobody is asked for; `change` what it is reached by.
    func host(_ transport: Transport, _ change: (inout HostOverrides) -> Void = { _ in }) throws -> any LoginHost {
        var overrides = try overrides
        change(&overrides)
        switch transport {
        case .libssh:
            return SSHHost(
                alias: "test", overrides: overrides, mayAsk: false,
                questions: .init(
                    unknownHost: { _ in false }, passphrase: { _ in nil }, answer: { _ in nil }, again: { _ in false }))
        case .openssh:
            return OpenSSHHost(
                alias: "test", overrides: overrides, folder: "\(folder.path)/sockets", mayAsk: false,
                again: { _ in false })
        }
    }
}
