internal import TIFF

/// Reads planes of a TIFF file as numbers of 16 bits without sign, the pipeline's own kind.
///
/// A value is taken as it is. One that is no whole number from 0 to 65535 is an error: scaling it would change what the
/// intensities mean.
final class PlaneFrames {
    private let file: TIFFFilm
    private var buffers = Buffers()
    private var other: [UInt16] = []

    private struct Buffers {
        var uint8: [UInt8] = []
        var int8: [Int8] = []
        var int16: [Int16] = []
        var uint32: [UInt32] = []
        var int32: [Int32] = []
        var float32: [Float] = []
    }

    init(_ file: TIFFFilm) { self.file = file }

    /// Reads a plane into a buffer of its size.
    func read(_ plane: Int, into frame: inout [UInt16]) throws {
        do throws(TIFFError) {
            switch file.sample {
            case .uint16: try fetch(plane, into: &frame)
            case .uint8: try convert(plane, &buffers.uint8, into: &frame) { UInt16($0) }
            case .int8: try convert(plane, &buffers.int8, into: &frame) { UInt16(exactly: $0) }
            case .int16: try convert(plane, &buffers.int16, into: &frame) { UInt16(exactly: $0) }
            case .uint32: try convert(plane, &buffers.uint32, into: &frame) { UInt16(exactly: $0) }
            case .int32: try convert(plane, &buffers.int32, into: &frame) { UInt16(exactly: $0) }
            case .float32: try convert(plane, &buffers.float32, into: &frame) { UInt16(exactly: $0) }
            }
        } catch {
            throw PipelineError(error)
        }
    }

    /// Keeps the larger of each pixel's value and the plane's.
    func addBrightest(_ plane: Int, to frame: inout [UInt16]) throws {
        if other.isEmpty { other = frame }
        try read(plane, into: &other)
        for i in frame.indices { frame[i] = max(frame[i], other[i]) }
    }

    private func fetch<Sample: TIFFSample>(_ plane: Int, into samples: inout [Sample]) throws(TIFFError) {
        if file.film.isSequence {
            try file.reader.readPlane(plane, inSequenceOf: 0, into: &samples)
        } else {
            try file.reader.readPlane(plane, into: &samples)
        }
    }

    private func convert<Sample: TIFFSample & Numeric>(
        _ plane: Int, _ samples: inout [Sample], into frame: inout [UInt16], _ body: (Sample) -> UInt16?
    ) throws(TIFFError) {
        if samples.isEmpty { samples = [Sample](repeating: 0, count: frame.count) }
        try fetch(plane, into: &samples)
        for i in frame.indices {
            guard let value = body(samples[i]) else {
                throw TIFFError(
                    operation: "use", path: file.reader.path, page: plane,
                    reason: "its value \(samples[i]) is no whole number from 0 to 65535; export it as 16 bits")
            }
            frame[i] = value
        }
    }
}
