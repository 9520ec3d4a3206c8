internal import CTIFF

/// A TIFF file being written page by page, front to back.
public final class TIFFWriter {
    /// How pixels are laid down.
    public struct Form: Equatable, Sendable {
        /// BigTIFF, for more than 4 GiB.
        public var isBig = false
        /// The byte order; nil for the machine's own.
        public var isBigEndian: Bool?
        /// Each strip or tile by itself.
        public var compression = Compression.none
        /// Rows of a strip; nil for one strip a page.
        public var rowsPerStrip: Int?
        /// Side of square tiles in pixels, a multiple of 16; nil for strips.
        public var tileSide: Int?

        /// Classic TIFF, one strip a page, not compressed.
        public init() {}
    }

    /// Schemes without loss that libtiff may have been built with.
    public enum Compression: UInt16, Sendable, CaseIterable {
        case none = 1
        case lzw = 5
        case deflate = 8
        case packBits = 32773
        case lzma = 34925
        case zstd = 50000
    }

    private let handle: TIFFHandle
    private let form: Form
    private var page = 0

    /// Makes the file, or empties the one that has the name.
    public init(path: String, form: Form = Form()) throws(TIFFError) {
        self.form = form
        let order = form.isBigEndian.map { $0 ? "b" : "l" } ?? ""
        handle = try TIFFHandle(
            path, mode: "w" + (form.isBig ? "8" : "") + order, operation: "write", largestBlock: 1 << 31)
    }

    /// Appends a page of width x height samples, row by row from the top.
    public func append<Sample: TIFFSample>(
        _ samples: [Sample], width: Int, height: Int, description: String? = nil
    ) throws(TIFFError) {
        precondition(samples.count == width * height, "buffer of another size")
        try setFields(Sample.type, width, height, description)
        let failure = samples.withUnsafeBytes { bytes in
            form.tileSide.map { writeTiles(bytes, width, height, side: $0) } ?? writeStrips(bytes, height)
        }
        if let failure { throw failure }
        guard TIFFWriteDirectory(handle.pointer) == 1 else { throw handle.failure("write", page: page) }
        page += 1
    }

    private func setFields(_ type: TIFFSampleType, _ width: Int, _ height: Int, _ text: String?) throws(TIFFError) {
        let short: [(Int32, UInt16)] = [
            (TIFFTAG_BITSPERSAMPLE, UInt16(type.bits)), (TIFFTAG_SAMPLEFORMAT, type.format),
            (TIFFTAG_SAMPLESPERPIXEL, 1), (TIFFTAG_PHOTOMETRIC, UInt16(PHOTOMETRIC_MINISBLACK)),
            (TIFFTAG_PLANARCONFIG, UInt16(PLANARCONFIG_CONTIG)), (TIFFTAG_COMPRESSION, form.compression.rawValue),
        ]
        let side = form.tileSide.map { UInt32($0) }
        let long: [(Int32, UInt32)] =
            [(TIFFTAG_IMAGEWIDTH, UInt32(width)), (TIFFTAG_IMAGELENGTH, UInt32(height))]
            + (side.map { [(TIFFTAG_TILEWIDTH, $0), (TIFFTAG_TILELENGTH, $0)] }
                ?? [(TIFFTAG_ROWSPERSTRIP, UInt32(form.rowsPerStrip ?? height))])
        var isSet = long.allSatisfy { ctiff_set_u32(handle.pointer, UInt32($0), $1) == 1 }
        isSet = isSet && short.allSatisfy { ctiff_set_u16(handle.pointer, UInt32($0), $1) == 1 }
        if let text { isSet = isSet && ctiff_set_text(handle.pointer, UInt32(TIFFTAG_IMAGEDESCRIPTION), text) == 1 }
        if !isSet { throw handle.failure("write", page: page) }
    }

    private func writeStrips(_ bytes: UnsafeRawBufferPointer, _ height: Int) -> TIFFError? {
        let rows = form.rowsPerStrip ?? height
        let rowBytes = bytes.count / height
        for (strip, row) in stride(from: 0, to: height, by: rows).enumerated() {
            let part = UnsafeRawBufferPointer(rebasing: bytes[row * rowBytes..<min(row + rows, height) * rowBytes])
            if !write(part, { TIFFWriteEncodedStrip(handle.pointer, UInt32(strip), $0, $1) }) {
                return handle.failure("write", page: page)
            }
        }
        return nil
    }

    private func writeTiles(_ bytes: UnsafeRawBufferPointer, _ width: Int, _ height: Int, side: Int) -> TIFFError? {
        let rowBytes = bytes.count / height
        let sampleWidth = rowBytes / width
        var number: UInt32 = 0
        for top in stride(from: 0, to: height, by: side) {
            for left in stride(from: 0, to: width, by: side) {
                var tile = [UInt8](repeating: 0, count: side * side * sampleWidth)
                let part = min(side, width - left) * sampleWidth
                for row in 0..<min(side, height - top) {
                    let start = (top + row) * rowBytes + left * sampleWidth
                    tile.replaceSubrange(
                        row * side * sampleWidth..<row * side * sampleWidth + part, with: bytes[start..<start + part])
                }
                let isWritten = tile.withUnsafeBytes { part in
                    write(part) { TIFFWriteEncodedTile(handle.pointer, number, $0, $1) }
                }
                if !isWritten { return handle.failure("write", page: page) }
                number += 1
            }
        }
        return nil
    }

    /// libtiff turns the bytes of what it is given to write, for a file of the other byte order: it gets a copy.
    private func write(
        _ bytes: UnsafeRawBufferPointer, _ call: (UnsafeMutableRawPointer?, tmsize_t) -> tmsize_t
    ) -> Bool {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        defer { copy.deallocate() }
        copy.copyMemory(from: bytes)
        return call(copy.baseAddress, tmsize_t(bytes.count)) == tmsize_t(bytes.count)
    }
}
