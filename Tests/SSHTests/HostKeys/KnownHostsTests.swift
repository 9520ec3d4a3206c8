import Foundation
import Testing

@testable import SSH

private func key(_ number: UInt8, type: String = "ssh-ed25519") -> PublicKey {
    let name = Array(type.utf8)
    return PublicKey(type: type, body: [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 1, number])
}

@Suite struct KnownHostsTests {
    private func verdict(_ text: String, _ offered: PublicKey, _ names: String...) -> KnownHosts.Verdict {
        KnownHosts(lines: KnownHosts.parse(text, file: "known")).verdict(on: offered, from: names)
    }

    @Test func aKeyOnRecordIsKnown() {
        #expect(verdict("alps \(key(1).line)", key(1), "alps") == .known)
        #expect(verdict("alps,10.0.0.1 \(key(1).line) a comment", key(1), "10.0.0.1") == .known)
        #expect(verdict("ALPS \(key(1).line)", key(1), "alps") == .known)
    }

    @Test func nothingOnRecordIsUnknown() {
        #expect(verdict("", key(1), "alps") == .unknown)
        #expect(verdict("# alps \(key(1).line)\njura \(key(1).line)\ngarbage\nalps", key(1), "alps") == .unknown)
    }

    @Test func anotherKeyIsChangedAndNamesThePlace() {
        guard case .changed(let line) = verdict("\n# x\nalps \(key(1).line)", key(2), "alps") else {
            Issue.record("not changed")
            return
        }
        #expect(line.place.description == "known:3")
        #expect(line.key == key(1))
    }

    @Test func anotherTypeAloneIsChangedToo() {
        let text = "alps \(key(1, type: "ssh-rsa").line)"
        guard case .changed = verdict(text, key(1), "alps") else {
            Issue.record("not changed")
            return
        }
    }

    @Test func oneOfSeveralKeysIsEnough() {
        let text = "alps \(key(1, type: "ssh-rsa").line)\nalps \(key(2).line)\nalps \(key(3).line)"
        #expect(verdict(text, key(3), "alps") == .known)
    }

    @Test func wildcardsAndNegations() {
        let text = "*.lab.org,!evil.lab.org \(key(1).line)"
        #expect(verdict(text, key(1), "a.lab.org") == .known)
        #expect(verdict(text, key(1), "evil.lab.org") == .unknown)
    }

    @Test func portsStandInBracketsAndTheBareNameCountsBehind() {
        #expect(verdict("[alps]:2222 \(key(1).line)", key(1), "[alps]:2222", "alps") == .known)
        #expect(verdict("[alps]:2222 \(key(1).line)", key(1), "alps") == .unknown)
        #expect(verdict("alps \(key(1).line)", key(1), "[alps]:2222", "alps") == .known)
        #expect(verdict("alps \(key(1).line)", key(2), "[alps]:2222", "alps") == .unknown)
    }

    @Test func revokedWinsOverEverything() {
        let text = "alps \(key(1).line)\n@revoked * \(key(1).line)"
        guard case .revoked(let line) = verdict(text, key(1), "alps") else {
            Issue.record("not revoked")
            return
        }
        #expect(line.place.line == 2)
        #expect(verdict("@revoked alps \(key(2).line)\nalps \(key(1).line)", key(1), "alps") == .known)
    }

    @Test func anAuthorityIsNoHostKey() {
        #expect(verdict("@cert-authority alps \(key(1).line)", key(1), "alps") == .unknown)
        #expect(verdict("@cert-authority * \(key(1).line)\nalps \(key(2).line)", key(2), "alps") == .known)
        #expect(verdict("@somethingnew alps \(key(1).line)", key(1), "alps") == .unknown)
    }

    @Test func knownTypesAreAskedForFirst() {
        let lines = KnownHosts.parse("alps \(key(1, type: "ssh-rsa").line)", file: "known")
        let algorithms = KnownHosts(lines: lines).algorithms(for: ["alps"])
        #expect(algorithms.prefix(2) == ["rsa-sha2-512", "rsa-sha2-256"])
        #expect(algorithms.count == 6)
        #expect(KnownHosts(lines: lines).algorithms(for: ["jura"]).first == "ssh-ed25519")
    }

    @Test func hashedNamesOfSSHKeygenAreUnderstood() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("alps \(key(1).line)\n[alps]:2222 \(key(2).line)\n", to: "known")
        try runTool(["ssh-keygen", "-H", "-f", path])
        let text = try folder.read("known")
        #expect(!text.contains("alps"))
        #expect(verdict(text, key(1), "alps") == .known)
        #expect(verdict(text, key(2), "[alps]:2222") == .known)
        #expect(verdict(text, key(1), "jura") == .unknown)
    }

    @Test(arguments: [false, true])
    func whatIsAppendedIsFoundBySSHKeygen(hashed: Bool) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/new/known_hosts"
        try KnownHostsFile.append(key(1), name: "[alps]:2222", hashed: hashed, to: path)
        #expect(try runTool(["ssh-keygen", "-F", "[alps]:2222", "-f", path]).contains(key(1).line))
        #expect(try folder.read("new/known_hosts").contains("alps") != hashed)
        let facts = try LocalFile.facts(path)
        #expect(facts.st_mode & 0o777 == 0o600)
        #expect(try LocalFile.facts("\(folder.path)/new").st_mode & 0o777 == 0o700)
    }

    @Test func appendingLeavesAnUnfinishedLineAlone() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("jura \(key(1).line)", to: "known")
        try KnownHostsFile.append(key(2), name: "alps", hashed: false, to: path)
        #expect(try folder.read("known") == "jura \(key(1).line)\nalps \(key(2).line)\n")
    }
}

@Suite struct DigestTests {
    @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
    func agreeWithTheSystemsTools(count: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
        let path = "\(folder.path)/data"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try runTool(["sha256sum", path]).hasPrefix(hex(SHA256.hash(bytes))))
        #expect(try runTool(["sha1sum", path]).hasPrefix(hex(SHA1.hash(bytes))))
        #expect(try runTool(["base64", "-w0", path]) == Base64.encode(bytes))
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test func fingerprintsAreThoseOfSSHKeygen() throws {
        let folder = try TemporaryFolder()
        for type in ["ed25519", "rsa", "ecdsa"] {
            try SSHServer.makeKey(at: "\(folder.path)/\(type)", type: type)
            let key = try #require(PublicKey(publicKeyLine: try folder.read("\(type).pub")))
            #expect(try runTool(["ssh-keygen", "-lf", "\(folder.path)/\(type).pub"]).contains(key.fingerprint + " "))
        }
    }

    @Test func hmacOfRFC2202() {
        #expect(
            hex(SHA1.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8)))
                == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    }

    @Test(arguments: ["a", "ab=c", "====", "a===", "YQ=", "Y Q=", "YWJj*"])
    func rejectsWhatIsNoBase64(_ text: String) { #expect(Base64.decode(text) == nil) }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
}
