import Foundation
import Testing

@testable import SSH

/// Keys that a server knows only by an authority's certificate.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct CertificateTests {
    private let server: SSHServer
    private var path: String { server.folder.path }

    init() throws {
        let folder = try TemporaryFolder()
        try SSHServer.makeKey(at: "\(folder.path)/authority", type: "ed25519")
        server = try SSHServer(options: ["TrustedUserCAKeys $FOLDER/authority.pub"], folder: folder)
        try folder.write("", to: "authorized_keys")
    }

    /// Makes a key and the certificate beside it.
    private func key(
        _ name: String, type: String = "ed25519", passphrase: String = "", for user: String = NSUserName(),
        valid: String = "-1d:+1d"
    ) throws -> String {
        let key = "\(path)/\(name)"
        try SSHServer.makeKey(at: key, type: type, passphrase: passphrase)
        try runTool([
            "ssh-keygen", "-q", "-s", "\(path)/authority", "-I", "card of \(name)", "-n", user, "-V", valid,
            "\(key).pub",
        ])
        return key
    }

    private func connect(
        _ options: ConnectOptions = ConnectOptions(timeout: .seconds(10)), _ change: (inout HostSettings) -> Void
    ) throws -> Session {
        try Session.connect([try server.settings(change)], options: options)
    }

    @Test(arguments: ["ed25519", "ecdsa", "rsa"]) func theOneBesideAKeyLetsIn(type: String) throws {
        let key = try key("own", type: type)
        let session = try connect { $0.identityFiles = [key] }
        #expect(session.identity == "\(key) with its certificate 'card of own'")
        #expect(try session.exec("echo in").outputText == "in\n")
    }

    @Test func oneThatTheConfigurationNames() throws {
        let key = try key("own")
        try FileManager.default.moveItem(atPath: "\(key)-cert.pub", toPath: "\(path)/elsewhere")
        #expect(throws: SSHError.self) { try connect { $0.identityFiles = [key] } }
        let session = try connect {
            $0.identityFiles = ["\(path)/user_key", key]
            $0.certificateFiles = ["\(path)/elsewhere"]
        }
        #expect(session.identity.contains("card of own"))
    }

    @Test func aPassphraseIsAskedForWhenTheCertificateWouldServe() throws {
        let key = try key("locked", passphrase: "open sesame")
        let options = ConnectOptions(timeout: .seconds(10), passphrase: { _ in "open sesame" })
        #expect(try connect(options) { $0.identityFiles = [key] }.identity.contains("card of locked"))
    }

    @Test func oneOfAnAgentAndOneForAKeyOfAnAgent() throws {
        let key = try key("own")
        // The agent takes the certificate beside the key along.
        let agent = try SSHAgent(keys: [key])
        let session = try connect {
            $0.identityFiles = []
            $0.agent = .socket(agent.socket)
        }
        #expect(session.identity == "one of the agent's 2 keys")
        try FileManager.default.moveItem(atPath: "\(key)-cert.pub", toPath: "\(path)/elsewhere")
        let bare = try SSHAgent(keys: [key])
        try FileManager.default.removeItem(atPath: key)
        let other = try connect {
            $0.identityFiles = [key]
            $0.identitiesOnly = true
            $0.certificateFiles = ["\(path)/elsewhere"]
            $0.agent = .socket(bare.socket)
        }
        #expect(other.identity == "one of the agent's 2 keys")
    }

    @Test func whatIsWrongWithOneIsSaid() throws {
        func words(_ keys: [String], agent: String? = nil) throws -> String {
            let error = #expect(throws: SSHError.self) {
                try connect {
                    $0.identityFiles = keys
                    $0.agent = agent.map { .socket($0) } ?? .none
                }
            }
            #expect(error?.kind == .authenticationFailed)
            return error?.text ?? ""
        }
        let old = try key("old", valid: "20200101000000Z:20200201120000Z")
        let late = "the certificate 'card of old' was valid until 2020-02-01 12:00:00 UTC"
        #expect(try words([old]).contains(late))
        let agent = try SSHAgent(keys: [old])
        #expect(try words([], agent: agent.socket).contains(late))
        let early = try key("early", valid: "20900101000000Z:20910101000000Z")
        #expect(try words([early]).contains("is valid only from 2090-01-01 00:00:00 UTC on"))
        let theirs = try key("theirs", for: "nobody-here")
        #expect(try words([theirs]).contains("is for nobody-here, not for '\(NSUserName())'"))
    }

    @Test func certificatesAreReadWhole() throws {
        for type in ["ed25519", "ecdsa", "rsa"] {
            let key = try key(type, type: type)
            let certificate = try #require(Certificate(file: "\(key)-cert.pub"))
            let half = try #require(PublicKey(publicKeyLine: try server.folder.read("\(type).pub")))
            #expect(certificate.keyBody == half.body && certificate.keyID == "card of \(type)")
            #expect(certificate.principals == [NSUserName()])
            for count in stride(from: 0, to: certificate.body.count, by: 7) {
                _ = Certificate(body: Array(certificate.body.prefix(count)))
            }
        }
        #expect(Certificate(file: "\(path)/user_key.pub") == nil && Certificate(file: "\(path)/none") == nil)
    }
}
