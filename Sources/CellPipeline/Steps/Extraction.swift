/// The last step: a row for each cell and frame.
package enum Extraction {
    /// The columns of `traces_ch_N.csv`.
    package static let columns = [
        "fov", "cell", "frame", "time", "good", "position_x", "position_y", "area", "intensity_total",
    ]

    private struct Reading {
        var frame: Int
        var area = 0
        var intensity = 0.0
        var x0 = Int.max, y0 = Int.max, x1 = 0, y1 = 0
    }

    /// Writes the traces of all channels; cells seen in fewer than `leastFrames` frames are left out. A table without
    /// rows has its header.
    package static func run(in output: String, leastFrames: Int) throws {
        let metadata = try Metadata.read(in: output)
        for fov in 0..<metadata.fovs {
            var report = Report(step: "extract", item: "fov \(fov)", total: metadata.frames * metadata.fl.count)
            let labels = try Steps.stack(
                metadata.result(output, fov: fov, "seg_labeled_ch_\(metadata.pc).npy"), .uint16, metadata)
            for (number, channel) in metadata.fl.enumerated() {
                let signal = try Steps.stack(
                    metadata.result(output, fov: fov, "fl_corrected_ch_\(channel).npy"), .float32, metadata)
                var cells: [UInt16: [Reading]] = [:]
                var label = [UInt16](repeating: 0, count: metadata.width * metadata.height)
                var values = [Float](repeating: 0, count: label.count)
                for t in 0..<metadata.frames {
                    try labels.readFrame(t, into: &label)
                    try signal.readFrame(t, into: &values)
                    for (cell, reading) in measure(label, values, frame: t, width: metadata.width) {
                        cells[cell, default: []].append(reading)
                    }
                    report.done(number * metadata.frames + t + 1)
                }
                let kept = cells.filter { $0.value.count >= leastFrames }.sorted { $0.key < $1.key }
                try write(kept, metadata, fov: fov, to: metadata.result(output, fov: fov, "traces_ch_\(channel).csv"))
            }
        }
    }

    private static func measure(_ labels: [UInt16], _ values: [Float], frame: Int, width: Int) -> [UInt16: Reading] {
        var cells: [UInt16: Reading] = [:]
        for (at, label) in labels.enumerated() where label != 0 {
            let (y, x) = at.quotientAndRemainder(dividingBy: width)
            var reading = cells[label] ?? Reading(frame: frame)
            reading.area += 1
            reading.intensity += Double(values[at])
            (reading.x0, reading.x1) = (min(reading.x0, x), max(reading.x1, x + 1))
            (reading.y0, reading.y1) = (min(reading.y0, y), max(reading.y1, y + 1))
            cells[label] = reading
        }
        return cells
    }

    private static func write(
        _ cells: [(key: UInt16, value: [Reading])], _ metadata: Metadata, fov: Int, to path: String
    ) throws {
        var text = columns.joined(separator: ",") + "\n"
        for (number, cell) in cells.enumerated() {
            for reading in cell.value {
                // Minutes where the frame's time is known, else its number.
                let time =
                    metadata.timepoints.indices.contains(reading.frame)
                    ? metadata.timepoints[reading.frame] / 60_000 : Double(reading.frame)
                let x = Double(reading.x0 + reading.x1) / 2
                let y = Double(reading.y0 + reading.y1) / 2
                text += "\(fov),\(number),\(reading.frame),\(fixed(time)),True,\(fixed(x)),\(fixed(y)),"
                text += "\(fixed(Double(reading.area))),\(fixed(reading.intensity))\n"
            }
        }
        try writeText(text, to: path)
    }

    /// Six places, as C's `%.6f` for values of this size.
    static func fixed(_ value: Double) -> String {
        let scaled = (abs(value) * 1_000_000).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let whole = Int64(scaled)
        let fraction = String(1_000_000 + whole % 1_000_000).dropFirst()
        return "\(value < 0 && whole > 0 ? "-" : "")\(whole / 1_000_000).\(fraction)"
    }
}
