internal import CTIFF
internal import Glibc

/// Planes without pages of their own, one after another behind a page's data.
///
/// ImageJ writes stacks beyond 4 GiB like this, because a classic TIFF cannot hold the places of later pages: one page,
/// no compression, and as many planes as its description says.
extension TIFFReader {
    /// How many whole planes of a page's form lie between the start of its data and the end of the file, or the page's
    /// own directory where that comes later; 0 where it is compressed, in tiles or of a form that cannot be read.
    public func planesInSequence(of page: Int) throws(TIFFError) -> Int {
        let form = self.page(page)
        guard form.fault == nil, !form.isTiled, form.compression == Self.uncompressed else { return 0 }
        try select(page)
        let start = TIFFGetStrileOffset(handle.pointer, 0)
        var status = stat()
        guard fstat(TIFFFileno(handle.pointer), &status) == 0, start > 0, start < UInt64(status.st_size) else {
            return 0
        }
        let directory = offsets[page]
        let end = directory > start ? min(directory, UInt64(status.st_size)) : UInt64(status.st_size)
        return Int(end - start) / form.byteCount
    }

    /// Reads the plane `index` places behind the start of a page's data; 0 is the page's own.
    public func readPlane<Sample: TIFFSample>(
        _ index: Int, inSequenceOf page: Int, into samples: inout [Sample]
    ) throws(TIFFError) {
        let form = try form(of: page, as: Sample.type)
        precondition(samples.count == form.width * form.height, "buffer of another size")
        guard index >= 0, try index < planesInSequence(of: page) else {
            throw TIFFError(
                operation: "read", path: path, page: page, reason: "plane \(index) lies beyond the end of the file")
        }
        let start = Int(TIFFGetStrileOffset(handle.pointer, 0)) + index * form.byteCount
        let descriptor = TIFFFileno(handle.pointer)
        let failure = samples.withUnsafeMutableBytes { Self.fill(descriptor, $0, at: start) }
        if let failure { throw TIFFError(operation: "read", path: path, page: page, reason: failure) }
        if TIFFIsByteSwapped(handle.pointer) != 0 { Self.swap(&samples) }
    }

    private static let uncompressed = "None"

    private static func fill(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> String? {
        var done = 0
        while done < bytes.count {
            let count = pread(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return String(cString: strerror(errno)) }
            if count == 0 { return "the file ends too early" }
            done += count
        }
        return nil
    }

    private static func swap<Sample: TIFFSample>(_ samples: inout [Sample]) {
        samples.withUnsafeMutableBytes { bytes in
            switch Sample.type.width {
            case 2:
                TIFFSwabArrayOfShort(
                    bytes.bindMemory(to: UInt16.self).baseAddress, tmsize_t(bytes.count / 2))
            case 4: TIFFSwabArrayOfLong(bytes.bindMemory(to: UInt32.self).baseAddress, tmsize_t(bytes.count / 4))
            default: break
            }
        }
    }
}
