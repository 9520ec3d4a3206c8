/// Compares two stacks as masks.
enum MaskComparison {
    /// Pixels set in both, and pixels set in either, over all frames. `mask` has one byte per pixel, `labels` two.
    static func count(_ mask: String, _ labels: String) throws -> (shared: Int, covered: Int) {
        let first = try NpyReader(path: mask)
        let second = try NpyReader(path: labels)
        guard first.header.shape == second.header.shape, first.header.shape.count == 3 else {
            throw PipelineError(
                cannot: "compare", mask, "its shape is \(first.header.shape), the truth's is \(second.header.shape)")
        }
        guard first.header.type.width == 1, second.header.type == .uint16 else {
            throw PipelineError(cannot: "compare", mask, "its elements or the truth's are of another type")
        }
        let size = first.header.shape[1] * first.header.shape[2]
        var pixels = [UInt8](repeating: 0, count: size)
        var numbers = [UInt16](repeating: 0, count: size)
        var (shared, covered) = (0, 0)
        for t in 0..<first.header.shape[0] {
            try first.readFrame(t, into: &pixels)
            try second.readFrame(t, into: &numbers)
            for i in 0..<size {
                let (isMine, isIts) = (pixels[i] != 0, numbers[i] != 0)
                shared += isMine && isIts ? 1 : 0
                covered += isMine || isIts ? 1 : 0
            }
        }
        return (shared, covered)
    }
}
