import Foundation
import Testing

@testable import TIFF

/// Planes behind the only page, as ImageJ writes stacks beyond 4 GiB.
struct SequenceTests {
    /// A file with one page of 2048 x 2048 pixels and room for `planes` of them behind it; the last one's first pixels
    /// are 0x0102 and 0x0304. Nothing else is stored: the file is sparse.
    private func sparse(_ path: String, planes: Int) throws {
        var file = HandMade(isBigEndian: true, first: 8)
        file.appendDirectory(HandMade.fields(width: 2048, height: 2048, data: 4096), next: 0)
        try write(file.bytes, to: path)
        let size = 2048 * 2048 * 2
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(4096 + (planes - 1) * size))
        try handle.write(contentsOf: [1, 2, 3, 4])
        try handle.truncate(atOffset: UInt64(4096 + planes * size))
        try handle.close()
    }

    @Test func planesBeyondFourGibibytesAreRead() throws {
        let folder = try TemporaryFolder()
        try sparse(folder("x.tif"), planes: 600)
        let reader = try TIFFReader(path: folder("x.tif"))
        #expect(reader.pageCount == 1)
        #expect(try reader.planesInSequence(of: 0) == 600)
        var pixels = [UInt16](repeating: 9, count: 2048 * 2048)
        try reader.readPlane(599, inSequenceOf: 0, into: &pixels)
        #expect(pixels.prefix(3) == [0x0102, 0x0304, 0])
        try reader.readPlane(0, inSequenceOf: 0, into: &pixels)
        #expect(pixels.allSatisfy { $0 == 0 })
        #expect(throws: TIFFError.self) { try reader.readPlane(600, inSequenceOf: 0, into: &pixels) }
        #expect(throws: TIFFError.self) { try reader.readPlane(-1, inSequenceOf: 0, into: &pixels) }
    }

    @Test func aFileThatWasCutOffHasFewer() throws {
        let folder = try TemporaryFolder()
        try sparse(folder("x.tif"), planes: 3)
        #expect(truncate(folder("x.tif"), off_t(4096 + 3 * 2048 * 2048 * 2 - 1)) == 0)
        #expect(try TIFFReader(path: folder("x.tif")).planesInSequence(of: 0) == 2)
    }

    @Test func compressedOrTiledPagesHaveNone() throws {
        let folder = try TemporaryFolder()
        var form = TIFFWriter.Form()
        form.compression = .deflate
        do { try TIFFWriter(path: folder("a.tif"), form: form).append([1, 2] as [UInt8], width: 2, height: 1) }
        form = TIFFWriter.Form()
        form.tileSide = 16
        do { try TIFFWriter(path: folder("b.tif"), form: form).append([1, 2] as [UInt8], width: 2, height: 1) }
        for name in ["a.tif", "b.tif"] {
            #expect(try TIFFReader(path: folder(name)).planesInSequence(of: 0) == 0)
        }
    }
}
