/// An npy file being written frame by frame; it appears under its name in `finish`.
///
/// The shape is fixed at the start, so the header needs no second visit and the file is written front to back.
package final class NpyWriter {
    private var file: PartialFile
    private let type: NpyType
    private var missing: Int

    package init(path: String, type: NpyType, shape: [Int]) throws {
        file = try PartialFile(path: path)
        self.type = type
        missing = shape.reduce(type.width, *)
        try NpyHeader.encode(type, shape: shape).withUnsafeBytes { try file.append($0) }
    }

    /// Appends a frame, or any other run of elements of the file's width.
    package func append<Pixel: BitwiseCopyable>(_ pixels: [Pixel]) throws {
        precondition(MemoryLayout<Pixel>.size == type.width, "buffer of another element type")
        try pixels.withUnsafeBytes {
            missing -= $0.count
            precondition(missing >= 0, "more frames than the header says")
            try file.append($0)
        }
    }

    /// Publishes the file; every element must have been written.
    package func finish() throws {
        precondition(missing == 0, "fewer frames than the header says")
        try file.publish()
    }
}
