import Glibc

/// The unit of the column `time`.
public enum TimeUnit: String, CaseIterable, Sendable {
    case ms, s, min, h
    /// The frame's number, also where the times are known.
    case frame

    /// Milliseconds in it; nil for frames.
    var milliseconds: Double? {
        switch self {
        case .ms: 1
        case .s: 1000
        case .min: 60_000
        case .h: 3_600_000
        case .frame: nil
        }
    }
}

/// What the extraction may be told; the defaults are those of PyAMA.
public struct ExtractionParameters: Equatable, Sendable {
    /// Cells found in fewer frames are left out.
    public var minimumFrames = 30
    /// Unit of the column `time`.
    public var timeUnit = TimeUnit.min
    /// Cells whose box comes nearer to the edge of the image than this, in any frame, are left out; in pixels.
    public var border = 0

    /// The defaults.
    public init() {}

    func check() throws {
        guard minimumFrames >= 1 else {
            throw PipelineError(cannot: "use", "--min-frames", "\(minimumFrames) is below 1")
        }
        guard border >= 0 else { throw PipelineError(cannot: "use", "--border", "\(border) is below 0") }
    }
}

/// Writes the measurements of one field of view and channel as CSV, a row per cell and frame.
package struct TraceTable {
    package static let header = "fov,cell,frame,time,good,position_x,position_y,area,intensity_total"

    private let fov: Int
    private let parameters: ExtractionParameters
    private let metadata: SceneMetadata

    package init(fov: Int, parameters: ExtractionParameters, metadata: SceneMetadata) {
        self.fov = fov
        self.parameters = parameters
        self.metadata = metadata
    }

    package func write(_ collection: TraceCollection, to path: String) throws {
        var file = try PartialFile(path: path)
        try file.append(Self.header + "\n")
        for (index, track) in collection.cells.enumerated() where isKept(track) {
            for measurement in track { try file.append(row(cell: index + 1, measurement)) }
        }
        try file.publish()
    }

    private func isKept(_ track: [Measurement]) -> Bool {
        let border = parameters.border
        return track.count >= parameters.minimumFrames
            && track.allSatisfy { measurement in
                let box = measurement.box
                return box.x0 >= border && box.y0 >= border && box.x1 <= metadata.width - border
                    && box.y1 <= metadata.height - border
            }
    }

    private func row(cell: Int, _ measurement: Measurement) -> String {
        let box = measurement.box
        let numbers = [
            time(measurement.frame), Double(box.x0 + box.x1 - 1) / 2, Double(box.y0 + box.y1 - 1) / 2,
            Double(measurement.area), measurement.intensity,
        ].map(fixed)
        return "\(fov),\(cell),\(measurement.frame),\(numbers[0]),True,"
            + numbers[1...].joined(separator: ",") + "\n"
    }

    private func time(_ frame: Int) -> Double {
        guard let unit = parameters.timeUnit.milliseconds, let times = metadata.timepointsMs else {
            return Double(frame)
        }
        return times[frame] / unit
    }
}

/// A number with six digits after the point, as C's `%.6f`.
func fixed(_ value: Double) -> String {
    withVaList([value]) { arguments in
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 330) { buffer in
            _ = vsnprintf(buffer.baseAddress!, buffer.count, "%.6f", arguments)
            return String(cString: buffer.baseAddress!)
        }
    }
}
