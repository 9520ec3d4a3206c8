import Foundation
import Testing

@testable import SSH

private let environment = ConfigEnvironment(
    home: "/home/ada", userName: "ada", userID: 1000, machineName: "desk.lab.org", variables: ["PLACE": "/keys"])

/// The settings that a configuration text comes to.
private func settings(
    _ text: String, for alias: String, overrides: HostOverrides = HostOverrides()
) throws -> HostSettings {
    let reader = ConfigReader(environment: environment, folder: "/home/ada/.ssh", mustBePrivate: false)
    let config = SSHConfig(files: [try reader.parse(text, file: "config")], environment: environment)
    return try config.settings(for: alias, overrides: overrides)
}

@Suite struct ConfigTests {
    @Test func anEmptyFileGivesTheUsualDefaults() throws {
        let found = try settings("", for: "alps")
        #expect(found.hostName == "alps")
        #expect(found.port == 22)
        #expect(found.user == "ada")
        #expect(found.identityFiles.first == "/home/ada/.ssh/id_ed25519")
        #expect(!found.identityFilesAreNamed)
        #expect(found.userKnownHostsFiles.first == "/home/ada/.ssh/known_hosts")
        #expect(found.globalKnownHostsFiles.first == "/etc/ssh/ssh_known_hosts")
        #expect(found.jumps.isEmpty)
        #expect(found.connectTimeout == nil)
        #expect(found.unknownHosts == .ask)
    }

    @Test func theFirstValueWinsAndIdentityFilesAddUp() throws {
        let found = try settings(
            """
            Host alps
                User first
                IdentityFile ~/.ssh/one
            Host *
                User second
                IdentityFile %d/%r@%h
                IdentityFile ${PLACE}/three
            """, for: "alps")
        #expect(found.user == "first")
        #expect(found.identityFiles == ["/home/ada/.ssh/one", "/home/ada/first@alps", "/keys/three"])
        #expect(found.identityFilesAreNamed)
    }

    @Test(arguments: [
        ("Host a*", "alps", true), ("Host a?ps", "alps", true), ("Host a?ps", "alpes", false),
        ("Host * !alps", "alps", false), ("Host * !alps", "jura", true), ("Host !alps", "jura", false),
        ("Host jura alps", "alps", true), ("Host *.org", "a.b.org", true), ("Host *a*a*a*b", "aaaaaaaaaaaaaaaa", false),
        ("Match all", "alps", true), ("Match host alps", "alps", true), ("Match host jura,a*", "alps", true),
        ("Match host *,!alps", "alps", false), ("Match !host alps", "alps", false), ("Match !host jura", "alps", true),
        ("Match originalhost alps", "alps", true), ("Match user ada", "alps", true), ("Match user bob", "alps", false),
        ("Match localuser ada host alps", "alps", true), ("Match localuser ada host jura", "alps", false),
        ("Match exec true", "alps", true), ("Match exec false", "alps", false),
        ("Match exec \"test %h = alps\"", "alps", true),
        ("Match exec \"test %n-%p-%r-%u = alps-22-ada-ada\"", "alps", true),
        ("Match !exec false", "alps", true), ("Match canonical", "alps", false), ("Match !canonical", "alps", true),
        ("Match final", "alps", true), ("Match final host alps", "alps", true), ("Match host=alps", "alps", true),
    ])
    func conditions(_ condition: String, _ alias: String, _ holds: Bool) throws {
        #expect(try settings("\(condition)\n Port 2222", for: alias).port == (holds ? 2222 : 22))
    }

    @Test func aConditionThatFailsKeepsItsCommandFromRunning() throws {
        let folder = try TemporaryFolder()
        _ = try settings("Match host jura exec \"touch \(folder.path)/ran\"\n Port 1", for: "alps")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/ran"))
    }

    @Test func matchHostSeesTheRealNameAndOriginalhostTheTypedOne() throws {
        let text = """
            Host alps
              HostName %h.lab.org
            Match host alps.lab.org
              User cluster
            Match originalhost alps
              Port 2022
            """
        let found = try settings(text, for: "alps")
        #expect(found.hostName == "alps.lab.org")
        #expect(found.user == "cluster")
        #expect(found.port == 2022)
    }

    @Test func matchFinalComesAfterEverythingElse() throws {
        let text = "Match final host real\n User last\n Port 99\nHost alps\n HostName real\n Port 7"
        let found = try settings(text, for: "alps")
        #expect(found.user == "last")
        #expect(found.port == 7)
    }

    @Test(arguments: [
        "User=bob", "User = bob", "user bob", "USER\tbob", "  User \"bob\"  ", "User 'bob' # a comment", "User=\"bob\"",
        "User bob\r",
    ])
    func waysToWriteOneLine(_ line: String) throws {
        #expect(try settings(line, for: "alps").user == "bob")
    }

    @Test func quotesKeepSpacesTogether() throws {
        let found = try settings("UserKnownHostsFile \"/a b/c\" /d\\ e '/f g'", for: "alps")
        #expect(found.userKnownHostsFiles == ["/a b/c", "/d e", "/f g"])
    }

    @Test func theCallerWinsOverTheFile() throws {
        let found = try settings(
            "Host *\n User file\n Port 1\n HostName file\n IdentityFile /file\n UserKnownHostsFile /file", for: "alps",
            overrides: HostOverrides(
                hostName: "mine", port: 2, user: "me", identityFiles: ["~/mine"], knownHostsFiles: ["~/known"]))
        #expect(found.hostName == "mine")
        #expect(found.port == 2)
        #expect(found.user == "me")
        #expect(found.identityFiles == ["/home/ada/mine"])
        #expect(found.userKnownHostsFiles == ["/home/ada/known"])
        #expect(found.globalKnownHostsFiles.isEmpty)
    }

    @Test func readsTheOtherKeywords() throws {
        let found = try settings(
            """
            IdentitiesOnly yes
            IdentityAgent ~/agent.sock
            HostKeyAlias Alps-Key
            ConnectTimeout 1m30s
            ServerAliveInterval 15
            ServerAliveCountMax 2
            HashKnownHosts yes
            StrictHostKeyChecking yes
            Ciphers aes256-ctr
            ForwardX11 yes
            """, for: "alps")
        #expect(found.identitiesOnly)
        #expect(found.agent == .socket("/home/ada/agent.sock"))
        #expect(found.knownHostsNames == ["alps-key"])
        #expect(found.connectTimeout == .seconds(90))
        #expect(found.serverAliveInterval == .seconds(15))
        #expect(found.serverAliveCountMax == 2)
        #expect(found.hashKnownHosts)
        #expect(found.unknownHosts == .refuse)
        #expect(found.ciphers == "aes256-ctr")
    }

    @Test(arguments: [
        ("Port ssh", "config:2: 'ssh' is no whole number from 1 to 65535"),
        ("User \"bob", "config:2: a quotation mark is not closed"),
        ("User", "config:2: 'User' has no value"),
        ("IdentityFile %z", "config:2: %z is not known in '%z'"),
        ("IdentityFile ${NOWHERE}/x", "config:2: the environment variable NOWHERE is not set"),
        ("IdentitiesOnly maybe", "config:2: 'maybe' is neither yes nor no"),
        ("ConnectTimeout soon", "config:2: 'soon' is no time such as 30 or 1m30s"),
        ("ProxyCommand nc %h %p", "config:2: ProxyCommand is not supported; name the hop with ProxyJump instead"),
        ("Match tagged x", "config:2: Match tagged is not supported"),
        ("Match host", "config:2: Match host has no value"),
        ("ProxyJump a:b", "config:2: 'a:b' has no valid port after the colon"),
        ("ProxyJump a,,b", "config:2: '' is not [user@]host[:port]"),
    ])
    func mistakesNameTheirPlace(_ line: String, _ expected: String) throws {
        let mistake = #expect(throws: (any Error).self) { _ = try settings("# first\n\(line)\n", for: "alps") }
        let text = (mistake as? SSHError)?.text ?? (mistake as? ConfigMistake).map { "\($0.place): \($0.text)" }
        #expect(text == expected)
    }

    @Test func anUnsupportedKeywordElsewhereHarmsNobody() throws {
        #expect(try settings("Host other\n ProxyCommand nc %h\nHost *\n Port 7", for: "alps").port == 7)
    }
}
