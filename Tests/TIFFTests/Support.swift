import Foundation

@testable import TIFF

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tiff-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }
}

func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

/// A classic TIFF put together byte by byte, from TIFF 6.0, section 2.
struct HandMade {
    var isBigEndian = false
    var bytes: [UInt8] = []

    /// The header, with the place of the first directory.
    init(isBigEndian: Bool = false, first: Int) {
        self.isBigEndian = isBigEndian
        bytes = Array((isBigEndian ? "MM" : "II").utf8)
        append16(42)
        append32(first)
    }

    mutating func append16(_ value: Int) { append(value, 2) }
    mutating func append32(_ value: Int) { append(value, 4) }

    /// A directory of fields that each hold one number; 3 is a short, 4 a long, 2 a text elsewhere in the file.
    mutating func appendDirectory(_ fields: [(tag: Int, type: Int, count: Int, value: Int)], next: Int) {
        append16(fields.count)
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            append16(field.tag)
            append16(field.type)
            append32(field.count)
            if field.type == 3 {
                append16(field.value)
                append16(0)
            } else {
                append32(field.value)
            }
        }
        append32(next)
    }

    private mutating func append(_ value: Int, _ width: Int) {
        let shifts = (0..<width).map { 8 * (isBigEndian ? width - 1 - $0 : $0) }
        bytes += shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// The fields of a page of 16 bits a pixel in one strip.
    static func fields(width: Int, height: Int, data: Int) -> [(tag: Int, type: Int, count: Int, value: Int)] {
        [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, data),
            (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, width * height * 2),
        ]
    }
}
