internal import CTIFF

/// The form of a page: its size and what its pixels are. Pages of equal form can be frames of one film.
public struct TIFFPage: Equatable, Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// What a pixel is; nil where `fault` says why it cannot be read.
    public let sample: TIFFSampleType?
    /// A smaller copy of another page: a thumbnail or a level of a pyramid.
    public let isReduced: Bool
    /// Whether pixels lie in tiles instead of strips.
    public let isTiled: Bool
    /// libtiff's name of the compression, `None` for none, or its number where this libtiff lacks it.
    public let compression: String
    /// Why pixels of this form cannot be read; nil where they can.
    public let fault: String?

    /// Bytes of a plane's samples.
    public var byteCount: Int { width * height * (sample?.width ?? 0) }

    /// Reads the form of the page that libtiff stands at.
    init(_ handle: TIFFHandle, limits: TIFFLimits) {
        width = Int(handle.number32(TIFFTAG_IMAGEWIDTH) ?? 0)
        height = Int(handle.number32(TIFFTAG_IMAGELENGTH) ?? 0)
        isReduced = (handle.number32(TIFFTAG_SUBFILETYPE) ?? 0) & UInt32(FILETYPE_REDUCEDIMAGE) != 0
        isTiled = TIFFIsTiled(handle.pointer) != 0
        let scheme = handle.number16(TIFFTAG_COMPRESSION) ?? UInt16(COMPRESSION_NONE)
        let codec = TIFFFindCODEC(scheme)
        compression = codec.map { String(cString: $0.pointee.name) } ?? "\(scheme)"
        let bits = handle.number16(TIFFTAG_BITSPERSAMPLE) ?? 1
        let format = handle.number16(TIFFTAG_SAMPLEFORMAT) ?? 1
        let samples = handle.number16(TIFFTAG_SAMPLESPERPIXEL) ?? 1
        let meaning = handle.number16(TIFFTAG_PHOTOMETRIC) ?? UInt16(PHOTOMETRIC_MINISBLACK)
        let depth = handle.number32(TIFFTAG_IMAGEDEPTH) ?? 1
        let sample = TIFFSampleType(bits: bits, format: format)
        fault =
            if samples != 1 {
                "it has \(samples) samples per pixel, as colour images do, and 1 is needed"
            } else if sample == nil {
                "its samples of \(bits) bits in format \(format) are none of "
                    + TIFFSampleType.allCases.map(\.rawValue).joined(separator: ", ")
            } else if meaning > UInt16(PHOTOMETRIC_MINISBLACK) && meaning != UInt16(PHOTOMETRIC_PALETTE) {
                "its photometric interpretation \(meaning) is not that of plain intensities"
            } else if depth != 1 {
                "its image depth is \(depth)"
            } else if !limits.allow(width: width, height: height, sampleWidth: sample?.width ?? 1) {
                "its size of \(width) x \(height) pixels is none, or beyond the limit of \(limits.planeBytes) bytes"
            } else if codec == nil || TIFFIsCODECConfigured(scheme) == 0 {
                "its compression \(compression) is not known to this libtiff"
            } else if scheme == UInt16(COMPRESSION_JBIG) {
                "its compression \(compression) is for images of two colours"
            } else {
                nil
            }
        self.sample = fault == nil ? sample : nil
    }
}

/// What a file may ask for; a file that asks for more is refused before memory is taken.
public struct TIFFLimits: Equatable, Sendable {
    /// Bytes of one page's pixels.
    public var planeBytes = 1 << 30
    /// Pages of a file.
    public var pages = 1_000_000

    /// Planes of 1 GiB, a million pages.
    public init() {}

    func allow(width: Int, height: Int, sampleWidth: Int) -> Bool {
        // Both come from 32 bits, so the product of the two fits.
        width > 0 && height > 0 && width * height <= planeBytes / sampleWidth
    }
}
