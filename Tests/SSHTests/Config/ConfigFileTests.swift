import Foundation
import Testing

@testable import SSH

@Suite struct ConfigFileTests {
    private let folder: TemporaryFolder
    private let environment: ConfigEnvironment

    init() throws {
        folder = try TemporaryFolder()
        environment = ConfigEnvironment(home: folder.path, userName: "ada", userID: getuid())
    }

    private func read() throws -> SSHConfig { try SSHConfig.read(environment: environment) }

    @Test func aMissingUsualFileIsEmpty() throws {
        #expect(try read().settings(for: "alps").hostName == "alps")
    }

    @Test func aMissingNamedFileIsAnError() throws {
        let error = #expect(throws: SSHError.self) {
            try SSHConfig.read(file: "\(folder.path)/none", environment: environment)
        }
        #expect(error?.kind == .configInvalid)
    }

    @Test func includesGlobsRelativeToTheFolder() throws {
        try folder.write("Include conf.d/*.conf nothing*\nHost *\n User late", to: ".ssh/config")
        try folder.write("Host alps\n Port 1", to: ".ssh/conf.d/1.conf")
        try folder.write("Host alps\n Port 2\n User early", to: ".ssh/conf.d/2.conf")
        let found = try read().settings(for: "alps")
        #expect(found.port == 1)
        #expect(found.user == "early")
    }

    @Test func anIncludeInsideABlockHoldsOnlyThere() throws {
        try folder.write("Host alps\n Include inner\n User behind\nHost *\n User any", to: ".ssh/config")
        try folder.write("Port 5\nHost jura\n Port 6", to: ".ssh/inner")
        #expect(try read().settings(for: "alps").port == 5)
        #expect(try read().settings(for: "alps").user == "behind")
        #expect(try read().settings(for: "jura").port == 22)
        #expect(try read().settings(for: "jura").user == "any")
    }

    @Test func includesInACircleEndWithAPlace() throws {
        try folder.write("\nInclude config", to: ".ssh/config")
        let error = #expect(throws: SSHError.self) { try read() }
        #expect(error?.text == "\(folder.path)/.ssh/config:2: files include each other more than 16 deep")
    }

    @Test func aFileThatOthersCanWriteIsRefused() throws {
        try folder.write("User bob", to: ".ssh/config", mode: 0o666)
        let error = #expect(throws: SSHError.self) { try read() }
        #expect(error?.text.contains("others can write this file") == true)
    }

    @Test func mistakesInIncludedFilesNameThem() throws {
        try folder.write("Include inner", to: ".ssh/config")
        try folder.write("\n\nPort x", to: ".ssh/inner")
        let error = #expect(throws: SSHError.self) { try read().settings(for: "alps") }
        #expect(error?.text.hasPrefix("\(folder.path)/.ssh/inner:3: ") == true)
    }
}

@Suite struct RouteTests {
    private func route(_ text: String, to alias: String) throws -> [HostSettings] {
        let environment = ConfigEnvironment(home: "/home/ada", userName: "ada", userID: 1000)
        let reader = ConfigReader(environment: environment, folder: "/home/ada/.ssh", mustBePrivate: false)
        return try SSHConfig(files: [try reader.parse(text, file: "config")], environment: environment)
            .route(to: alias)
    }

    @Test func severalHopsEachWithItsOwnEntries() throws {
        let hops = try route(
            """
            Host node
              ProxyJump gate,bob@inner:2200
            Host gate
              HostName gate.lab.org
              User carol
            Host inner
              User dave
            """, to: "node")
        #expect(hops.map(\.alias) == ["gate", "inner", "node"])
        #expect(hops.map(\.hostName) == ["gate.lab.org", "inner", "node"])
        #expect(hops.map(\.user) == ["carol", "bob", "ada"])
        #expect(hops.map(\.port) == [22, 2200, 22])
    }

    @Test func theFirstHopsOwnJumpIsFollowed() throws {
        let text = "Host node\n ProxyJump inner\nHost inner\n ProxyJump gate"
        #expect(try route(text, to: "node").map(\.alias) == ["gate", "inner", "node"])
    }

    @Test func noneMeansDirectly() throws {
        #expect(try route("Host node\n ProxyJump none\nHost *\n ProxyJump gate", to: "node").count == 1)
        #expect(try route("Host node\n ProxyCommand none\nHost *\n ProxyJump gate", to: "node").count == 1)
    }

    @Test func aHopForEverybodyReachesItselfDirectly() throws {
        #expect(try route("Host *\n ProxyJump gate", to: "gate").count == 1)
        #expect(try route("Host *\n ProxyJump gate", to: "node").map(\.alias) == ["gate", "node"])
    }

    @Test func aCircleIsNamed() throws {
        let error = #expect(throws: SSHError.self) {
            try route("Host a\n ProxyJump b\nHost b\n ProxyJump a", to: "a")
        }
        #expect(error?.text == "ProxyJump goes in a circle: a -> b -> a")
    }

    @Test func addressesWithColonsStandInBrackets() throws {
        let hop = try route("ProxyJump ssh://eve@[2001:db8::1]:2222", to: "node")[0]
        #expect(hop.hostName == "2001:db8::1")
        #expect(hop.user == "eve")
        #expect(hop.port == 2222)
    }
}
