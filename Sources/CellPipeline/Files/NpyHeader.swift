/// The element types of the arrays that the pipeline reads and writes, as the npy format spells them.
package enum NpyType: String, CaseIterable, Sendable {
    case bool = "|b1"
    case uint8 = "|u1"
    case uint16 = "<u2"
    case float32 = "<f4"

    /// Bytes of one element.
    var width: Int {
        switch self {
        case .bool, .uint8: 1
        case .uint16: 2
        case .float32: 4
        }
    }
}

/// The head of an npy file: element type and shape, and where the data begin.
///
/// The format is NumPy's (NEP 1 and `numpy.lib.format`): the magic `\x93NUMPY`, a version of two bytes, the length
/// of a description in two bytes (version 1) or four (versions 2 and 3), and the description, a Python dictionary
/// with the keys `descr`, `fortran_order` and `shape`, padded with blanks.
package struct NpyHeader: Equatable, Sendable {
    package let type: NpyType
    package let shape: [Int]
    /// Offset of the first element in the file, in bytes.
    package let dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Bytes before the description, at most.
    static let prefixLimit = 12
    /// A description of three dimensions takes some hundred bytes; more than this is no file of ours.
    static let descriptionLimit = 1 << 16

    /// Bytes of the whole array; the shape was checked against overflow.
    var dataSize: Int { shape.reduce(type.width, *) }

    /// The version 1 header of an array in C order, padded so that the data start at a multiple of 64.
    static func encode(_ type: NpyType, shape: [Int]) -> [UInt8] {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(dimensions)), }"
        let unpadded = magic.count + 4 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        let length = text.utf8.count
        return magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(text.utf8)
    }

    /// Where the description begins and ends, read from the first bytes of a file; an error's text where they are none.
    static func descriptionRange(_ prefix: [UInt8]) -> Result<Range<Int>, NpyFault> {
        guard prefix.count >= 10, Array(prefix[..<6]) == magic else { return .failure("it is no npy file") }
        switch prefix[6] {
        case 1:
            let length = Int(prefix[8]) | Int(prefix[9]) << 8
            return .success(10..<10 + length)
        case 2, 3:
            guard prefix.count >= 12 else { return .failure("its header is cut off") }
            let length = (0..<4).reduce(0) { $0 | Int(prefix[8 + $1]) << (8 * $1) }
            guard length <= descriptionLimit else { return .failure("its header claims \(length) bytes") }
            return .success(12..<12 + length)
        default:
            return .failure("npy version \(prefix[6]).\(prefix[7]) is not known; 1.0, 2.0 and 3.0 are")
        }
    }
}

/// Why the bytes at the start of a file describe no array that can be read.
package struct NpyFault: Error, ExpressibleByStringInterpolation, Equatable {
    package let text: String

    package init(stringLiteral text: String) { self.text = text }
}
