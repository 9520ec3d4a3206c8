import Testing

@testable import CellPipeline

struct NpyTests {
    @Test func framesComeBackAsTheyWereWritten() throws {
        let folder = try TemporaryFolder()
        try roundTrip(folder("a.npy"), .uint16, frames: [[1, 2, 65_535], [0, 7, 300]] as [[UInt16]])
        try roundTrip(folder("b.npy"), .uint8, frames: [[1, 2, 255], [0, 7, 30]] as [[UInt8]])
        try roundTrip(folder("c.npy"), .bool, frames: [[1, 0, 1], [0, 0, 1]] as [[UInt8]])
        try roundTrip(folder("d.npy"), .float32, frames: [[1.5, -2, 1e-30], [0, .infinity, 3]] as [[Float]])
    }

    private func roundTrip<Pixel: BitwiseCopyable & Equatable>(
        _ path: String, _ type: NpyType, frames: [[Pixel]]
    ) throws {
        let writer = try NpyWriter(path: path, type: type, shape: [2, 1, 3])
        for frame in frames { try writer.append(frame) }
        #expect(!isFile(path))
        try writer.finish()
        let reader = try NpyReader(path: path)
        #expect(reader.header.type == type)
        #expect(reader.header.shape == [2, 1, 3])
        #expect(reader.header.dataOffset % 64 == 0)
        var frame = frames[0]
        for index in [1, 0] {
            try reader.readFrame(index, into: &frame)
            #expect(frame == frames[index])
        }
    }

    @Test(arguments: [
        "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }\n",
        "{ \"shape\":(2,3,),\"fortran_order\":False , \"descr\" : \"<u2\"}",
        "{'fortran_order': False, 'shape': (2, 3), 'descr': '<u2'}          \n",
    ])
    func everySpellingOfADescriptionIsRead(text: String) throws {
        let header = try NpyDescription.parse(text, dataOffset: 99)
        #expect(header == NpyHeader(type: .uint16, shape: [2, 3], dataOffset: 99))
    }

    @Test(arguments: [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "'<f8'"),
        ("{'descr': '>u2', 'fortran_order': False, 'shape': (2,)}", "'>u2'"),
        ("{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (2,)}", "records"),
        ("{'descr': '<u2', 'fortran_order': True, 'shape': (2,)}", "Fortran"),
        ("{'descr': '<u2', 'fortran_order': Maybe, 'shape': (2,)}", "neither True nor False"),
        ("{'descr': '<u2', 'shape': (2,)}", "lacks"),
        ("{'descr': '<u2', 'fortran_order': False, 'shape': (-2,)}", "tuple"),
        ("{'descr': '<u2', 'fortran_order': False, 'shape': (99999999999999999999,)}", "tuple"),
        ("{'descr': '<u2', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "larger than any file"),
        ("{'descr': '<u2', 'fortran_order': False, 'shape': (2,), 'x': 1}", "unknown key"),
        ("{'descr': '<u2', 'fortran_order': False, 'shape': (2,)} x", "goes on"),
        ("{'descr': '<u2", "malformed"),
        ("", "malformed"),
    ])
    func aWrongDescriptionIsNamed(text: String, part: String) {
        #expect {
            try NpyDescription.parse(text, dataOffset: 0)
        } throws: { error in
            (error as? NpyFault)?.text.contains(part) == true
        }
    }

    @Test func aVersionTwoHeaderIsRead() throws {
        let folder = try TemporaryFolder()
        let text = Array("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2)}\n".utf8)
        let bytes = NpyHeader.magic + [2, 0, UInt8(text.count), 0, 0, 0] + text + [5, 6]
        try write(bytes, to: folder("v2.npy"))
        let reader = try NpyReader(path: folder("v2.npy"))
        var row: [UInt8] = [0, 0]
        try reader.readFrame(0, into: &row)
        #expect(row == [5, 6])
    }

    static let brokenFiles: [(bytes: [UInt8], part: String)] = [
        ([], "no npy file"),
        (Array("PK\u{3}\u{4}not an array at all".utf8), "no npy file"),
        (magic + [9, 0, 1, 0, 0, 0], "version 9.0"),
        (magic + [1, 0, 200, 0, 0x7b, 0], "cut off"),
        (magic + [2, 0, 0, 0, 0, 0x70], "claims"),
        (cutOff, "promises 8 bytes of data, 7 are there"),
    ]
    private static let magic = NpyHeader.magic
    private static let cutOff = NpyHeader.encode(.uint16, shape: [2, 2]) + [1, 0, 2, 0, 3, 0, 4]

    @Test(arguments: brokenFiles)
    func aBrokenFileIsRefusedAtOnce(bytes: [UInt8], part: String) throws {
        let folder = try TemporaryFolder()
        try write(bytes, to: folder("x.npy"))
        #expect {
            _ = try NpyReader(path: folder("x.npy"))
        } throws: { error in
            guard let error = error as? PipelineError else { return false }
            return error.subject == folder("x.npy") && error.reason.contains(part)
        }
    }

    @Test func aWriterThatIsGivenUpLeavesNothing() throws {
        let folder = try TemporaryFolder()
        do {
            let writer = try NpyWriter(path: folder("x.npy"), type: .uint8, shape: [2, 2])
            try writer.append([1, 2] as [UInt8])
            #expect(try folder.files().count == 1)
        }
        #expect(try folder.files() == [])
    }

    @Test func anUnfinishedWriterLeavesTheOldFileAlone() throws {
        let folder = try TemporaryFolder()
        try writeText("old", to: folder("x.npy"))
        do {
            let writer = try NpyWriter(path: folder("x.npy"), type: .uint8, shape: [2, 2])
            try writer.append([1, 2] as [UInt8])
        }
        #expect(try readText(folder("x.npy")) == "old")
        #expect(try folder.files() == ["x.npy"])
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        #expect(throws: PipelineError(cannot: "write", "/nowhere/at/all/x.npy", "No such file or directory")) {
            _ = try NpyWriter(path: "/nowhere/at/all/x.npy", type: .uint8, shape: [1])
        }
    }
}
