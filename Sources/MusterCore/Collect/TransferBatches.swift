/// How wanted files are put together for their way: small ones many at a time, large ones each by itself.
public enum TransferBatches {
    /// One errand.
    public enum Batch<File> {
        /// Files of one stream.
        case many([File])
        /// A file that travels in parts.
        case one(File)
    }

    /// The most files and bytes of one stream: what is lost when it breaks.
    public static let mostFiles = 2000, mostBytes: Int64 = 64 << 20

    /// Errands in the order of the files; `size` tells a file's bytes, and more than `chunk` of them are a large file's.
    public static func make<File>(
        _ files: [File], chunk: Int64, mostBytes: Int64 = mostBytes, size: (File) -> Int64
    ) -> [Batch<File>] {
        var batches: [Batch<File>] = []
        var open: [File] = []
        var bytes: Int64 = 0
        func close() {
            if !open.isEmpty { batches.append(.many(open)) }
            (open, bytes) = ([], 0)
        }
        for file in files {
            let length = size(file)
            guard length <= chunk else {
                batches.append(.one(file))
                continue
            }
            if open.count >= mostFiles || (!open.isEmpty && bytes + length > mostBytes) { close() }
            open.append(file)
            bytes += length
        }
        close()
        return batches
    }

    /// The parts of a file of `size` bytes of which the first `have` are here: whole parts that are missing, and what is
    /// missing of the first one.
    public static func parts(size: Int64, chunk: Int64, have: Int64 = 0) -> [Range<Int64>] {
        var parts: [Range<Int64>] = []
        var start = min(max(0, have), size)
        while start < size {
            let end = min(size, (start / chunk + 1) * chunk)
            parts.append(start..<end)
            start = end
        }
        return parts
    }
}
