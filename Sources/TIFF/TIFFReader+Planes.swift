internal import CTIFF

extension TIFFReader {
    /// Reads a page's pixels, row by row from the top, in the machine's byte order.
    ///
    /// `samples` must have width x height elements of the page's type. Data that are missing or damaged are an error.
    public func readPlane<Sample: TIFFSample>(_ page: Int, into samples: inout [Sample]) throws(TIFFError) {
        let form = try form(of: page, as: Sample.type)
        precondition(samples.count == form.width * form.height, "buffer of another size")
        try select(page)
        let failure = samples.withUnsafeMutableBytes { bytes in
            form.isTiled ? readTiles(form, page, bytes) : readStrips(form, page, bytes)
        }
        if let failure { throw failure }
    }

    /// Strips are whole rows, so each goes to its place in the buffer at once.
    private func readStrips(_ form: TIFFPage, _ page: Int, _ bytes: UnsafeMutableRawBufferPointer) -> TIFFError? {
        let rowBytes = form.byteCount / form.height
        let rows = Int(handle.number32(TIFFTAG_ROWSPERSTRIP) ?? .max)
        if rows == 0 { return handle.failure("read", page: page, "its strips have no rows") }
        var row = 0
        var strip: UInt32 = 0
        while row < form.height {
            let count = min(rows, form.height - row) * rowBytes
            let target = bytes.baseAddress! + row * rowBytes
            let read = TIFFReadEncodedStrip(handle.pointer, strip, target, tmsize_t(count))
            if Int(read) != count { return handle.failure("read", page: page, "strip \(strip) is cut off") }
            row += min(rows, form.height - row)
            strip += 1
        }
        return nil
    }

    /// Tiles stick out over the right and lower edges; what lies beyond is left out.
    private func readTiles(_ form: TIFFPage, _ page: Int, _ bytes: UnsafeMutableRawBufferPointer) -> TIFFError? {
        let tileWidth = Int(handle.number32(TIFFTAG_TILEWIDTH) ?? 0)
        let tileHeight = Int(handle.number32(TIFFTAG_TILELENGTH) ?? 0)
        let sampleWidth = form.byteCount / (form.width * form.height)
        // A tile far larger than its page is a way to ask for memory.
        let bound = max(form.byteCount * 4, 1 << 24)
        guard tileWidth > 0, tileHeight > 0, tileWidth * tileHeight <= bound / sampleWidth else {
            return handle.failure("read", page: page, "its tiles of \(tileWidth) x \(tileHeight) pixels do not fit")
        }
        let tileBytes = tileWidth * tileHeight * sampleWidth
        guard TIFFTileSize64(handle.pointer) == UInt64(tileBytes) else {
            return handle.failure("read", page: page, "the size of its tiles is not clear")
        }
        let tile = UnsafeMutableRawBufferPointer.allocate(byteCount: tileBytes, alignment: 16)
        defer { tile.deallocate() }
        let rowBytes = form.width * sampleWidth
        for top in stride(from: 0, to: form.height, by: tileHeight) {
            for left in stride(from: 0, to: form.width, by: tileWidth) {
                let number = TIFFComputeTile(handle.pointer, UInt32(left), UInt32(top), 0, 0)
                let read = TIFFReadEncodedTile(handle.pointer, number, tile.baseAddress, tmsize_t(tileBytes))
                if Int(read) != tileBytes { return handle.failure("read", page: page, "tile \(number) is cut off") }
                let width = min(tileWidth, form.width - left) * sampleWidth
                for row in 0..<min(tileHeight, form.height - top) {
                    let target = bytes.baseAddress! + (top + row) * rowBytes + left * sampleWidth
                    target.copyMemory(from: tile.baseAddress! + row * tileWidth * sampleWidth, byteCount: width)
                }
            }
        }
        return nil
    }
}
