import Testing

@testable import TIFF

struct RoundTripTests {
    /// Every form that the writer knows, each read back.
    static let forms: [TIFFWriter.Form] = TIFFWriter.Compression.allCases.flatMap { compression in
        [nil, true, false].flatMap { isBigEndian in
            [(nil, nil), (3, nil), (nil, 16)].map { (rows: Int?, side: Int?) in
                var form = TIFFWriter.Form()
                form.compression = compression
                form.isBigEndian = isBigEndian
                form.isBig = rows == 3
                form.rowsPerStrip = rows
                form.tileSide = side
                return form
            }
        }
    }

    @Test(arguments: forms)
    func pixelsOfEveryTypeComeBack(form: TIFFWriter.Form) throws {
        let folder = try TemporaryFolder()
        try roundTrip(folder("u8.tif"), form) { UInt8(truncatingIfNeeded: $0) }
        try roundTrip(folder("i8.tif"), form) { Int8(truncatingIfNeeded: $0) }
        try roundTrip(folder("u16.tif"), form) { UInt16(truncatingIfNeeded: $0 * 257) }
        try roundTrip(folder("i16.tif"), form) { Int16(truncatingIfNeeded: $0 * 257) }
        try roundTrip(folder("u32.tif"), form) { UInt32(truncatingIfNeeded: $0 * 65_793) }
        try roundTrip(folder("i32.tif"), form) { Int32(truncatingIfNeeded: $0 * -65_793) }
        try roundTrip(folder("f32.tif"), form) { Float($0) * 1.25 - 7 }
    }

    private func roundTrip<Sample: TIFFSample & Equatable>(
        _ path: String, _ form: TIFFWriter.Form, _ sample: (Int) -> Sample
    ) throws {
        let (width, height) = (21, 17)
        let planes = (0..<3).map { plane in (0..<width * height).map { sample($0 * (plane + 1)) } }
        do {
            let writer = try TIFFWriter(path: path, form: form)
            for (index, plane) in planes.enumerated() {
                try writer.append(
                    plane, width: width, height: height, description: index == 0 ? "one\nµm" : nil)
            }
        }
        let reader = try TIFFReader(path: path)
        #expect(reader.pageCount == 3)
        #expect(reader.imageDescription == "one\nµm")
        #expect(reader.page(1).width == width && reader.page(1).height == height)
        #expect(reader.page(1).sample == Sample.type && reader.page(1).isTiled == (form.tileSide != nil))
        var pixels = planes[0]
        for index in [2, 0, 1, 1] {
            try reader.readPlane(index, into: &pixels)
            #expect(pixels == planes[index])
        }
    }

    @Test func headersAreThoseOfTheFormats() throws {
        let folder = try TemporaryFolder()
        for (isBig, isBigEndian, head) in [
            (false, false, [0x49, 0x49, 42, 0]), (true, false, [0x49, 0x49, 43, 0]),
            (false, true, [0x4d, 0x4d, 0, 42]),
            (true, true, [0x4d, 0x4d, 0, 43]),
        ] as [(Bool, Bool, [UInt8])] {
            var form = TIFFWriter.Form()
            form.isBig = isBig
            form.isBigEndian = isBigEndian
            do { try TIFFWriter(path: folder("x.tif"), form: form).append([1] as [UInt8], width: 1, height: 1) }
            #expect(try contents(folder("x.tif")).prefix(4) == head[...])
        }
    }

    @Test func aHandMadeFileOfTheOtherByteOrderIsRead() throws {
        let folder = try TemporaryFolder()
        for isBigEndian in [true, false] {
            var file = HandMade(isBigEndian: isBigEndian, first: 16)
            for value in [1, 2, 0x1234, 65_535] { file.append16(value) }
            file.appendDirectory(HandMade.fields(width: 2, height: 2, data: 8), next: 0)
            try write(file.bytes, to: folder("x.tif"))
            var pixels = [UInt16](repeating: 0, count: 4)
            try TIFFReader(path: folder("x.tif")).readPlane(0, into: &pixels)
            #expect(pixels == [1, 2, 0x1234, 65_535])
        }
    }

    @Test func manyPagesAreReachedInAnyOrder() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try TIFFWriter(path: folder("x.tif"))
            for page in 0..<5_000 { try writer.append([UInt16(page)], width: 1, height: 1) }
        }
        let reader = try TIFFReader(path: folder("x.tif"))
        #expect(reader.pageCount == 5_000)
        var pixel: [UInt16] = [0]
        for page in stride(from: 4_999, through: 0, by: -7) {
            try reader.readPlane(page, into: &pixel)
            #expect(pixel == [UInt16(page)])
        }
    }

    @Test func filesAreReadOnManyThreadsAtOnce() async throws {
        let folder = try TemporaryFolder()
        try write(Array("II*\0 and no more".utf8), to: folder("bad.tif"))
        do { try TIFFWriter(path: folder("good.tif")).append([7] as [UInt8], width: 1, height: 1) }
        let (good, bad) = (folder("good.tif"), folder("bad.tif"))
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask {
                    do throws(TIFFError) {
                        var pixel: [UInt8] = [0]
                        try TIFFReader(path: index % 2 == 0 ? good : bad).readPlane(0, into: &pixel)
                        return index % 2 == 0 && pixel == [7]
                    } catch {
                        return index % 2 == 1 && error.path == bad
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
