import Foundation
import Testing

@testable import SSH

/// Transfers are scripts, whoever carries them.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
@OwnThread struct TransferTests {
    private let server: SSHServer
    private var path: String { server.folder.path }

    init() throws {
        server = try SSHServer()
    }

    @Test(arguments: Transport.allCases) func manyFilesWithOddNamesBothWays(by transport: Transport) throws {
        let session = try server.carrier(transport)
        for name in oddNames { try server.folder.write("content of \(name)", to: "in/tree/\(name)") }
        try server.folder.write("", to: "back/.keep")
        let sent = try session.upload(try TarItem.tree("\(path)/in/tree", as: "."), to: "\(path)/there/it's new")
        #expect(sent.members >= oddNames.count)
        try runTool(["diff", "-r", "\(path)/in/tree", "\(path)/there/it's new"])
        let came = try session.download(oddNames, from: "\(path)/there/it's new", to: "\(path)/back")
        #expect(came.members == oddNames.count)
        #expect(came.warnings == "")
        for name in oddNames { #expect(try server.folder.read("back/\(name)") == "content of \(name)") }
    }

    @Test(arguments: Transport.allCases) func wholeFoldersComeByName(by transport: Transport) throws {
        let session = try server.carrier(transport)
        for number in 0..<2500 { try server.folder.write("\(number)", to: "in/a folder/file \(number)") }
        try server.folder.write("", to: "back/.keep")
        let names = (0..<2500).map { "a folder/file \($0)" + "" }
        #expect(try session.download(["a folder/"], from: "\(path)/in", to: "\(path)/back").members == 2501)
        try runTool(["diff", "-r", "\(path)/in", "\(path)/back", "--exclude=.keep"])
        #expect(try session.download(names, from: "\(path)/in", to: "\(path)/back").members == 2500)
    }

    @Test(arguments: Transport.allCases) func aMissingFileIsNamed(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try server.folder.write("here", to: "in/here")
        let error = #expect(throws: SSHError.self) {
            try session.download(["here", "not here"], from: "\(path)/in", to: "\(path)")
        }
        #expect(error?.kind == .transferFailed)
        #expect(error?.text.contains("not here") == true)
    }

    @Test(arguments: Transport.allCases) func aFolderThatCannotBeMadeIsExplained(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try server.folder.write("", to: "file")
        let error = #expect(throws: SSHError.self) {
            try session.upload([TarItem("x", .bytes([1]))], to: "\(path)/file/below")
        }
        #expect(error?.kind == .transferFailed)
        #expect(error?.text.contains("file") == true)
    }

    @Test(arguments: Transport.allCases) func aServerThatSendsAWayOutIsRefused(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try server.folder.write("", to: "back/.keep")
        try runTool(["ln", "-s", "/etc/passwd", "\(path)/evil"])
        let error = #expect(throws: SSHError.self) {
            try session.download(["evil"], from: path, to: "\(path)/back")
        }
        #expect(error?.kind == .transferFailed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/back") == [".keep"])
        #expect(try session.run("echo on").outputText == "on\n")
    }

    @Test(arguments: Transport.allCases) func oneLargeFileBothWays(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try runTool(["sh", "-c", "head -c 60000001 /dev/urandom > '\(path)/large'; chmod 750 '\(path)/large'"])
        try session.upload(file: "\(path)/large", to: "\(path)/it's there")
        try runTool(["cmp", "\(path)/large", "\(path)/it's there"])
        #expect(try LocalFile.facts("\(path)/it's there").st_mode & 0o777 == 0o750)
        #expect(try session.download(file: "\(path)/it's there", to: "\(path)/back") == 60_000_001)
        try runTool(["cmp", "\(path)/large", "\(path)/back"])
        let left = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix(".partial") }
        #expect(left.isEmpty)
    }

    @Test(arguments: Transport.allCases) func anEmptyFileAndAnExistingOne(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try server.folder.write("", to: "empty")
        try server.folder.write("old", to: "target")
        try session.upload(file: "\(path)/empty", to: "\(path)/target")
        #expect(try server.folder.read("target") == "")
        #expect(try session.download(file: "\(path)/target", to: "\(path)/back") == 0)
    }

    @Test(arguments: Transport.allCases) func failuresLeaveNothingBehind(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try server.folder.write("data", to: "file")
        try server.folder.write("", to: "folder/.keep")
        for target in ["\(path)/none/file", "\(path)/folder"] {
            let error = #expect(throws: SSHError.self) { try session.upload(file: "\(path)/file", to: target) }
            #expect(error?.kind == .transferFailed)
        }
        let error = #expect(throws: SSHError.self) { try session.download(file: "\(path)/none", to: "\(path)/back") }
        #expect(error?.text.contains("none") == true)
        #expect(throws: SSHError.self) { try session.upload(file: "\(path)/nothing", to: "\(path)/x") }
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(!names.contains { $0.hasPrefix(".partial") || $0 == "back" || $0 == "x" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/folder") == [".keep"])
    }

    @Test(arguments: Transport.allCases) func aTransferCutShortOnTheOtherSideFails(by transport: Transport) throws {
        let session = try server.carrier(transport)
        try runTool(["sh", "-c", "head -c 50000000 /dev/zero > '\(path)/large'"])
        let small = "/dev/full"
        let error = #expect(throws: SSHError.self) { try session.upload(file: "\(path)/large", to: "\(small)/x") }
        #expect(error?.kind == .transferFailed)
    }
}
