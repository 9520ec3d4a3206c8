import CSSH
import Glibc

/// The agent as one login sees it: only the keys to be offered, in the order to offer them.
///
/// libssh offers every key of an agent in the agent's order, which runs into the server's limit of attempts and makes
/// `IdentitiesOnly` impossible. So it is given a socket behind which a thread lists the chosen keys and passes
/// everything else on to the real agent.
struct AgentOffer {
    /// What will be offered.
    let identities: [AgentConnection.Identity]
    /// The certificates among them.
    var certificates: [Certificate] { identities.compactMap { Certificate(body: $0.body) } }
    private let path: String
    /// What the agent is to sign with in place of certificates that lie in files, by the certificate.
    private let keys: [[UInt8]: [UInt8]]

    /// Asks the agent at `path` for its keys and chooses: those of `files` first, each behind its certificates, the others
    /// unless `only` says no.
    init(path: String, files: [IdentityFile], only: Bool) throws(LocalFileError) {
        self.path = path
        let held = try AgentConnection(path: path).identities()
        var (wanted, keys) = ([AgentConnection.Identity](), [[UInt8]: [UInt8]]())
        for file in files {
            guard let body = file.publicKey?.body else { continue }
            let key = held.first { $0.body == body }
            for certificate in file.certificates where !held.contains(where: { $0.body == certificate.body }) {
                guard let key else { continue }
                keys[certificate.body] = body
                wanted.append(.init(body: certificate.body, comment: key.comment))
            }
            wanted += held.filter { Certificate(body: $0.body)?.keyBody == body } + [key].compactMap(\.self)
        }
        self.keys = keys
        identities = wanted + (only ? [] : held.filter { !wanted.contains($0) })
    }

    /// Lets `body` run while libssh's agent connection of this session leads to the chosen keys.
    func withAgent<Result>(
        of handle: borrowing SessionHandle, _ body: () throws(SSHError) -> Result
    ) throws(SSHError) -> Result? {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            return nil
        }
        let server = ends[0]
        let (path, identities, keys) = (path, identities, keys)
        let thread = try? Thread {
            let client = AgentConnection(socket: Descriptor(server, path: path))
            // A lost agent shows on the other side as a refused signature; the login then goes on without it.
            try? AgentConnection(path: path).serve(client, offering: identities, signingBy: keys)
        }
        guard let thread, ssh_set_agent_socket(handle.raw, ends[1]) == SSH_OK else {
            close(ends[1])
            if thread == nil { close(server) }
            thread?.join()
            return nil
        }
        defer {
            // The descriptor is libssh's; ending the conversation is enough for the thread to end.
            shutdown(ends[1], Descriptor.bothDirections)
            thread.join()
        }
        return try body()
    }
}
