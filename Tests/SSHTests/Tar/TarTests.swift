import Foundation
import Testing

@testable import SSH

/// Names that break careless programs.
let oddNames = [
    "plain", "with space", "it's \"quoted\"", "two\nlines", "-rf", "--checkpoint=1", "grün/日本語/🧬", "$HOME `id` \\n",
    "deep/" + String(repeating: "d", count: 60) + "/" + String(repeating: "f", count: 90),
    (0..<4).map { _ in String(repeating: "n", count: 80) }.joined(separator: "/"),
    String(repeating: "x", count: 255), String(repeating: "é", count: 51), String(repeating: "é", count: 120),
    "a*b?[c]",
]

/// The bytes that a source gives.
private func drain(_ source: inout TarSource, chunk: Int = 70_000) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
        let count = try source.next(into: &buffer)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
    }
}

/// Unpacks in pieces of one size.
private func unpack(_ bytes: [UInt8], into folder: String, piece: Int) throws {
    var reader = TarReader()
    var extractor = try TarExtractor(into: folder)
    for start in stride(from: 0, to: bytes.count, by: piece) {
        try reader.consume(bytes[start..<min(start + piece, bytes.count)]) { event throws(TarError) in
            try extractor.take(event)
        }
    }
    #expect(reader.isEnded)
}

@Suite struct TarTests {
    @Test func theSystemsTarReadsWhatIsWritten() throws {
        let folder = try TemporaryFolder()
        var items = oddNames.map { TarItem($0, .bytes(Array("content of \($0)".utf8)), mode: 0o640) }
        items.append(TarItem("a folder", .folder))
        items.append(TarItem("a link", .symbolicLink(String(repeating: "t", count: 150))))
        var source = TarSource(items, host: "test")
        let archive = "\(folder.path)/archive.tar"
        try Data(try drain(&source)).write(to: URL(fileURLWithPath: archive))
        try folder.write("", to: "out/.keep")
        try runTool(["tar", "-xf", archive, "-C", "\(folder.path)/out"])
        for name in oddNames {
            #expect(try folder.read("out/\(name)") == "content of \(name)")
            #expect(try LocalFile.facts("\(folder.path)/out/\(name)").st_mode & 0o777 == 0o640)
        }
        #expect(try LocalFile.linkTarget("\(folder.path)/out/a link") == String(repeating: "t", count: 150))
    }

    @Test(arguments: ["gnu", "posix", "ustar"], [1, 511, 512, 513, 100_000])
    func readsWhatTheSystemsTarWrites(format: String, piece: Int) throws {
        let folder = try TemporaryFolder()
        let names = format == "ustar" ? oddNames.filter { $0.utf8.count < 90 } : oddNames
        for name in names { try folder.write("content of \(name)", to: "in/\(name)", mode: 0o754) }
        try folder.write(String(repeating: "0123456789", count: 3000), to: "in/large")
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/in/link", withDestinationPath: "plain")
        try FileManager.default.linkItem(atPath: "\(folder.path)/in/plain", toPath: "\(folder.path)/in/zz hard")
        try runTool(["tar", "--format=\(format)", "-cf", "\(folder.path)/t.tar", "-C", "\(folder.path)/in", "."])
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/t.tar")))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/out", withIntermediateDirectories: true)
        try unpack(bytes, into: "\(folder.path)/out", piece: piece)
        try runTool(["diff", "-r", "--no-dereference", "\(folder.path)/in", "\(folder.path)/out"])
        #expect(try LocalFile.facts("\(folder.path)/out/plain").st_mode & 0o777 == 0o754)
        #expect(try LocalFile.linkTarget("\(folder.path)/out/link") == "plain")
        #expect(try LocalFile.facts("\(folder.path)/out/zz hard").st_nlink == 2)
    }

    @Test func numbersBeyondTheFieldsGoToPax() throws {
        let header = TarHeader(path: "big", kind: .file(size: 20 << 30), mode: 0o644, modified: -5)
        var found: [TarReader.Event] = []
        var reader = TarReader()
        try reader.consume(TarWriter.header(header)[...]) { found.append($0) }
        #expect(found == [.member(header)])
    }

    @Test func gnusLargeNumbersAreUnderstood() {
        #expect(TarNumber.parse([0x80, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]) == 5 << 32)
        #expect(TarNumber.parse([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]) == -2)
        #expect(TarNumber.parse([0xa0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]) == nil)
        #expect(TarNumber.parse(Array("0000644\u{0}".utf8)[...]) == 0o644)
        #expect(TarNumber.parse(Array("64x".utf8)[...]) == nil)
    }

    @Test func aPaxRecordCountsItsOwnDigits() {
        #expect(TarWriter.record("path", "x") == Array("9 path=x\n".utf8))
        for count in 1..<1200 {
            let record = TarWriter.record("path", String(repeating: "v", count: count))
            #expect(Int(String(decoding: record.prefix { $0 != 32 }, as: UTF8.self)) == record.count)
        }
    }

    @Test func aDamagedHeaderIsRefused() throws {
        var bytes = TarWriter.header(TarHeader(path: "x", kind: .file(size: 0), mode: 0o644, modified: 0))
        bytes[0] = UInt8(ascii: "y")
        var reader = TarReader()
        #expect(throws: TarError("the archive is damaged: a header's checksum is wrong")) {
            try reader.consume(bytes[...]) { _ in }
        }
    }

    @Test func aFileThatShrinksWhileItIsSentIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(String(repeating: "x", count: 100_000), to: "log")
        let source = try FileSource(path, host: "test")
        var buffer = [UInt8](repeating: 0, count: 1000)
        _ = try source.next(into: &buffer)
        truncate(path, 500)
        let error = #expect(throws: SSHError.self) { while try source.next(into: &buffer) > 0 {} }
        #expect(error?.kind == .transferFailed)
        #expect(error?.text.contains("became shorter") == true)
    }
}

@Suite struct TarSafetyTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("untouched", to: "secret")
        try folder.write("", to: "out/.keep")
    }

    private func unpack(_ members: [TarHeader]) throws {
        var bytes: [UInt8] = []
        for member in members {
            bytes += TarWriter.header(member)
            bytes += [UInt8](repeating: UInt8(ascii: "!"), count: Int(member.size))
            bytes += [UInt8](repeating: 0, count: TarFormat.padding(after: member.size))
        }
        try SSHTests.unpack(bytes + TarWriter.end, into: "\(folder.path)/out", piece: 512)
    }

    private func file(_ path: String) -> TarHeader {
        TarHeader(path: path, kind: .file(size: 3), mode: 0o644, modified: 0)
    }
    private func link(_ path: String, _ target: String) -> TarHeader {
        TarHeader(path: path, kind: .symbolicLink(to: target), mode: 0o777, modified: 0)
    }
    private func folderMember(_ path: String) -> TarHeader {
        TarHeader(path: path, kind: .folder, mode: 0o755, modified: 0)
    }
    private func hard(_ path: String, _ target: String) -> TarHeader {
        TarHeader(path: path, kind: .hardLink(to: target), mode: 0o644, modified: 0)
    }

    @Test func refusesEveryWayOut() throws {
        let attacks: [[TarHeader]] = [
            [file("\(folder.path)/secret")], [file("../secret")], [file("a/../../secret")], [link("l", "..")],
            [link("l", "../secret")], [link("l", "/etc/passwd")], [link("a/l", "../../secret")],
            [link("l", "a/../../b")],
            [hard("h", "../secret")], [hard("h", "\(folder.path)/secret")],
            [folderMember("a"), link("l", "a"), file("l/x")],
            [folderMember("d/e"), link("d/e/f", "../.."), link("d/e/f/g", "../../.."), file("g/secret")],
            [folderMember("d"), link("l", "d"), hard("h", "l/x")], [folderMember("..")], [folderMember("/tmp")],
        ]
        for attack in attacks {
            #expect(throws: TarError.self, "\(attack)") { try unpack(attack) }
            #expect(try folder.read("secret") == "untouched")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["out", "secret"])
    }

    @Test func aLinkInThePlaceOfAFileIsReplacedNotFollowed() throws {
        symlink("\(folder.path)/secret", "\(folder.path)/out/x")
        try unpack([file("x")])
        #expect(try folder.read("secret") == "untouched")
        #expect(try folder.read("out/x") == "!!!")
    }

    @Test func linksInsideAreKept() throws {
        try unpack([file("a/x"), link("a/l", "../a/x"), link("m", "a/./x")])
        #expect(try folder.read("out/a/l") == "!!!")
        #expect(try folder.read("out/m") == "!!!")
    }

    @Test func privilegeBitsDoNotSurvive() throws {
        try unpack([TarHeader(path: "x", kind: .file(size: 3), mode: 0o4755, modified: 7)])
        let facts = try LocalFile.facts("\(folder.path)/out/x")
        #expect(facts.st_mode & 0o7777 == 0o755)
        #expect(facts.st_mtim.tv_sec == 7)
    }

    @Test func anInterruptedFileLeavesNothing() throws {
        do {
            var reader = TarReader()
            var extractor = try TarExtractor(into: "\(folder.path)/out")
            let bytes = TarWriter.header(TarHeader(path: "x", kind: .file(size: 900), mode: 0o644, modified: 0))
            try reader.consume((bytes + [1, 2, 3])[...]) { event throws(TarError) in try extractor.take(event) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out").count == 2)
            #expect(!reader.isEnded)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out") == [".keep"])
    }
}
