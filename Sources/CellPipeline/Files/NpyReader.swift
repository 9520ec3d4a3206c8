import Glibc

/// An npy file opened for reading frame by frame.
///
/// Frames are fetched by position (`pread`) into the caller's buffer, so memory does not grow with their number. The
/// size of the file is checked against its header at once: a stack cut off by a crash is refused, not read as far as
/// it goes.
package struct NpyReader: ~Copyable {
    package let path: String
    package let header: NpyHeader
    private let descriptor: Int32

    package init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw PipelineError(cannot: "read", path, systemMessage(errno)) }
        do throws(NpyFault) {
            header = try Self.readHeader(descriptor)
        } catch {
            close(descriptor)
            throw PipelineError(cannot: "read", path, error.text)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Reads one frame of a stack, in the file's element type, which has the width of `Pixel`.
    package func readFrame<Pixel: BitwiseCopyable>(_ index: Int, into pixels: inout [Pixel]) throws {
        precondition(MemoryLayout<Pixel>.size == header.type.width, "buffer of another element type")
        let size = header.shape.dropFirst().reduce(header.type.width, *)
        let count = size / header.type.width
        precondition(pixels.count == count && index >= 0 && index < header.shape[0], "frame outside of the stack")
        let complete = pixels.withUnsafeMutableBytes {
            Self.fill(descriptor, $0, at: header.dataOffset + index * size)
        }
        if !complete { throw PipelineError(cannot: "read frame \(index) of", path, "the file ends too early") }
    }

    private static func readHeader(_ descriptor: Int32) throws(NpyFault) -> NpyHeader {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var prefix = [UInt8](repeating: 0, count: min(max(size, 0), NpyHeader.prefixLimit))
        guard prefix.withUnsafeMutableBytes({ fill(descriptor, $0, at: 0) }) else { throw "it cannot be read" }
        let range = try NpyHeader.descriptionRange(prefix).get()
        guard range.upperBound <= size else { throw "its header is cut off" }
        var bytes = [UInt8](repeating: 0, count: range.count)
        guard bytes.withUnsafeMutableBytes({ fill(descriptor, $0, at: range.lowerBound) }) else {
            throw "its header is cut off"
        }
        let header = try NpyDescription.parse(String(decoding: bytes, as: UTF8.self), dataOffset: range.upperBound)
        let present = size - header.dataOffset
        if present < header.dataSize {
            throw "it is cut off: its header promises \(header.dataSize) bytes of data, \(present) are there"
        }
        return header
    }

    private static func fill(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = pread(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }
}
