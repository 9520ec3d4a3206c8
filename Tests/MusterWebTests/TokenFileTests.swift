import Foundation
import Testing

@testable import MusterWeb

/// The token that outlives restarts.
@Suite struct TokenFileTests {
    private let folder = NSTemporaryDirectory() + "muster-token-\(UUID().uuidString)"
    private var path: String { folder + "/token" }

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func put(_ text: String, mode: Int) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func itIsMadeOnceForItsOwnerAlone() throws {
        try inFolder {
            let first = try TokenFile.token(path)
            #expect(try TokenFile.token(path).text == first.text)
            #expect(first.text.count == 32)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["token"])
            #expect(first.mark == (try TokenFile.token(path)).mark && first.mark != Token().mark)
        }
    }

    @Test func anOwnOneIsTaken() throws {
        try inFolder {
            try put("correct-horse-battery-staple\n", mode: 0o600)
            #expect(try TokenFile.token(path).text == "correct-horse-battery-staple")
        }
    }

    @Test func whatOthersMayReadIsRefused() throws {
        try inFolder {
            for mode in [0o640, 0o604, 0o620] {
                try put("correct-horse-battery-staple\n", mode: mode)
                #expect { try TokenFile.token(path) } throws: { "\($0)".contains("chmod 600") }
            }
        }
    }

    @Test(arguments: [
        "", "short", "correct horse battery staple", "a-token-with-a-line\nb-another", "correct-horse;Path=/;x=aaaa",
    ])
    func whatIsNoTokenIsRefused(_ text: String) throws {
        try inFolder {
            try put(text, mode: 0o600)
            #expect { try TokenFile.token(path) } throws: { "\($0)".contains("holds no token") }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }

    @Test func aFolderIsNoFile() throws {
        try inFolder { #expect { try TokenFile.token(folder) } throws: { "\($0)".contains("is no file") } }
    }
}
