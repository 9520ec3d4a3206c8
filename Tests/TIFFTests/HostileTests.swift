import Foundation
import Testing

@testable import TIFF

/// Files that are broken, by accident or on purpose: each ends in an error that says what, and nothing else happens.
struct HostileTests {
    private func fault(_ bytes: [UInt8], _ reading: (TIFFReader) throws -> Void = { _ in }) throws -> TIFFError {
        let folder = try TemporaryFolder()
        try write(bytes, to: folder("x.tif"))
        do {
            try reading(try TIFFReader(path: folder("x.tif")))
        } catch let error as TIFFError {
            #expect(error.path == folder("x.tif") && !error.reason.contains("no reason"))
            return error
        }
        Issue.record("no error")
        throw CancellationError()
    }

    private func readFirst(_ reader: TIFFReader) throws {
        var pixels = [UInt16](repeating: 0, count: reader.page(0).width * reader.page(0).height)
        try reader.readPlane(0, into: &pixels)
    }

    /// A page of 4 x 4 pixels with its data before the directory.
    private func page(_ change: (inout HandMade, inout [(tag: Int, type: Int, count: Int, value: Int)]) -> Void)
        -> [UInt8]
    {
        var file = HandMade(first: 8 + 32)
        for value in 0..<16 { file.append16(value) }
        var fields = HandMade.fields(width: 4, height: 4, data: 8)
        change(&file, &fields)
        if file.bytes.count == 40 { file.appendDirectory(fields, next: 0) }
        return file.bytes
    }

    @Test func filesThatAreNoTIFFAreNamed() throws {
        for text in ["", "I", "II*", "PK\u{3}\u{4} something else altogether", "\u{89}PNG\r\n", "II*\0"] {
            #expect(try fault(Array(text.utf8)).operation == "open")
        }
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        for path in [folder.path, folder("pipe"), "/dev/null"] {
            #expect(throws: TIFFError(operation: "open", path: path, reason: "it is no regular file")) {
                try TIFFReader(path: path)
            }
        }
        do {
            _ = try TIFFReader(path: folder("none.tif"))
        } catch {
            #expect(error.reason.contains("No such file"))
        }
    }

    @Test func aFileWithoutPagesIsNamed() throws {
        #expect(try fault(HandMade(first: 0).bytes).reason == "it has no page")
    }

    @Test func pagesInACircleEnd() throws {
        let alone = page { file, fields in file.appendDirectory(fields, next: 40) }
        #expect(try fault(alone).reason.contains("circle"))
        let pair = page { file, fields in
            file.appendDirectory(fields, next: 40 + 2 + 12 * fields.count + 4)
            file.appendDirectory(fields, next: 40)
        }
        #expect(try fault(pair).reason.contains("circle"))
    }

    @Test func aDirectoryBeyondTheEndIsNamed() throws {
        #expect(try fault(HandMade(first: 4_000_000_000).bytes).page == 0)
        #expect(try fault(page { file, fields in file.appendDirectory(fields, next: 4000) }).page == 1)
    }

    @Test func everyTruncationIsAnErrorOrWhole() throws {
        let folder = try TemporaryFolder()
        do {
            var form = TIFFWriter.Form()
            form.compression = .deflate
            form.rowsPerStrip = 2
            let writer = try TIFFWriter(path: folder("x.tif"), form: form)
            for text in ["text", nil] {
                try writer.append([UInt16](0..<64), width: 8, height: 8, description: text)
            }
        }
        let whole = try contents(folder("x.tif"))
        // libtiff takes a last page without its link to the next, four bytes of zero, for what it is: the last.
        for length in 0..<whole.count - 4 {
            try write(Array(whole[..<length]), to: folder("y.tif"))
            #expect(throws: TIFFError.self, "\(length) of \(whole.count)") {
                let reader = try TIFFReader(path: folder("y.tif"))
                for page in 0..<reader.pageCount {
                    var pixels = [UInt16](repeating: 0, count: reader.page(page).width * reader.page(page).height)
                    try reader.readPlane(page, into: &pixels)
                }
                if reader.pageCount < 2 { throw TIFFError(operation: "open", path: "", reason: "pages are missing") }
            }
        }
    }

    @Test func everyDamagedByteIsAnErrorOrOtherPixels() throws {
        let folder = try TemporaryFolder()
        for compression in [TIFFWriter.Compression.none, .lzw, .deflate, .packBits, .zstd, .lzma] {
            var form = TIFFWriter.Form()
            form.compression = compression
            form.tileSide = compression == .lzw ? 16 : nil
            do {
                let writer = try TIFFWriter(path: folder("x.tif"), form: form)
                for _ in 0..<2 { try writer.append([UInt16](0..<64), width: 8, height: 8, description: "text") }
            }
            let whole = try contents(folder("x.tif"))
            for place in whole.indices {
                for change: UInt8 in [0x01, 0x80, 0xff] {
                    var bytes = whole
                    bytes[place] ^= change
                    try write(bytes, to: folder("y.tif"))
                    guard let reader = try? TIFFReader(path: folder("y.tif")) else { continue }
                    for page in 0..<reader.pageCount where reader.page(page).sample == .uint16 {
                        let count = reader.page(page).width * reader.page(page).height
                        if count > 1 << 16 { continue }
                        var pixels = [UInt16](repeating: 0, count: count)
                        try? reader.readPlane(page, into: &pixels)
                    }
                }
            }
        }
    }

    @Test func hugeSizesAreRefusedBeforeMemoryIsTaken() throws {
        for (width, height) in [(0xffff_ffff, 0xffff_ffff), (1 << 20, 1 << 20), (0, 4), (4, 0), (1 << 30, 1)] {
            let bytes = page { _, fields in
                fields[0].value = width
                fields[1].value = height
            }
            let error = try fault(bytes) { reader in
                #expect(reader.page(0).sample == nil)
                var pixels: [UInt16] = []
                try reader.readPlane(0, into: &pixels)
            }
            #expect(error.reason.contains("pixels") || error.operation == "open")
        }
    }

    @Test func stripsBeyondTheEndOfTheFileAreNamed() throws {
        let bytes = page { _, fields in fields[5].value = 100_000 }
        let error = try fault(bytes, readFirst)
        #expect(error.page == 0 && error.operation == "read")
        // A large plane of which hardly anything is there.
        let large = page { _, fields in
            fields[0].value = 4000
            fields[1].value = 4000
            fields[7].value = 4000
            fields[8].value = 32_000_000
        }
        #expect(try fault(large, readFirst).page == 0)
    }

    @Test func formsThatAreNoPlainIntensitiesAreNamed() throws {
        let cases: [(tag: Int, value: Int, part: String)] = [
            (258, 12, "12 bits"), (277, 3, "3 samples per pixel"), (259, 6789, "6789"), (259, 34661, "two colours"),
            (262, 8, "photometric"),
            (262, 32803, "photometric"),
        ]
        for (tag, value, part) in cases {
            let bytes = page { _, fields in
                let index = fields.firstIndex { $0.tag == tag }!
                fields[index].value = value
            }
            let reason = try fault(bytes, readFirst).reason
            #expect(reason.contains(part), "\(reason)")
        }
    }

    @Test func aTypeOtherThanThePagesIsRefused() throws {
        let bytes = page { _, _ in }
        let error = try fault(bytes) { reader in
            var pixels = [Float](repeating: 0, count: 16)
            try reader.readPlane(0, into: &pixels)
        }
        #expect(error.reason == "its samples are uint16, and float32 was asked for")
        #expect(error.description.hasPrefix("cannot read page 0 of '"))
    }

    @Test func aDescriptionThatCannotBeReadIsNotTakenForNone() throws {
        let bytes = page { _, fields in fields.append((270, 2, 1000, 5_000)) }
        #expect(try fault(bytes).reason.contains("ImageDescription"))
    }

    @Test func tooManyPagesAreRefused() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try TIFFWriter(path: folder("x.tif"))
            for _ in 0..<5 { try writer.append([1] as [UInt8], width: 1, height: 1) }
        }
        var limits = TIFFLimits()
        limits.pages = 4
        #expect(throws: TIFFError.self) { try TIFFReader(path: folder("x.tif"), limits: limits) }
        limits.pages = 5
        #expect(try TIFFReader(path: folder("x.tif"), limits: limits).pageCount == 5)
    }

    @Test func writingWhereNothingCanBeWrittenIsNamed() {
        #expect(throws: TIFFError(operation: "write", path: "/nowhere/x.tif", reason: "No such file or directory")) {
            try TIFFWriter(path: "/nowhere/x.tif")
        }
    }
}
