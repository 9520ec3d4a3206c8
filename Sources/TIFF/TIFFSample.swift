/// What one pixel of a page is stored as.
public enum TIFFSampleType: String, CaseIterable, Sendable {
    case uint8, int8, uint16, int16, uint32, int32, float32

    /// Bits of a sample.
    public var bits: Int {
        switch self {
        case .uint8, .int8: 8
        case .uint16, .int16: 16
        case .uint32, .int32, .float32: 32
        }
    }

    /// Bytes of a sample.
    public var width: Int { bits / 8 }

    /// The tag SampleFormat: 1 without sign, 2 with sign, 3 floating point.
    var format: UInt16 {
        switch self {
        case .uint8, .uint16, .uint32: 1
        case .int8, .int16, .int32: 2
        case .float32: 3
        }
    }

    /// Undefined data (format 4) are taken as numbers without sign, as libtiff's manual advises.
    init?(bits: UInt16, format: UInt16) {
        let format = format == 4 ? 1 : format
        guard let type = Self.allCases.first(where: { $0.bits == Int(bits) && $0.format == format }) else { return nil }
        self = type
    }
}

/// A Swift type that pixels are read into and written from.
public protocol TIFFSample: BitwiseCopyable, Sendable {
    /// Its name in TIFF's terms.
    static var type: TIFFSampleType { get }
}

extension UInt8: TIFFSample { public static var type: TIFFSampleType { .uint8 } }
extension Int8: TIFFSample { public static var type: TIFFSampleType { .int8 } }
extension UInt16: TIFFSample { public static var type: TIFFSampleType { .uint16 } }
extension Int16: TIFFSample { public static var type: TIFFSampleType { .int16 } }
extension UInt32: TIFFSample { public static var type: TIFFSampleType { .uint32 } }
extension Int32: TIFFSample { public static var type: TIFFSampleType { .int32 } }
extension Float: TIFFSample { public static var type: TIFFSampleType { .float32 } }
