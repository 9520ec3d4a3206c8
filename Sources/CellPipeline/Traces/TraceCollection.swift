/// What was measured of one cell in one frame.
package struct Measurement: Equatable, Sendable {
    package let frame: Int
    package var box: BoundingBox
    /// Pixels of the cell.
    package var area: Int
    /// Sum of the corrected fluorescence over these pixels.
    package var intensity: Double
}

/// The measurements of all cells, by cell number and then frame.
package struct TraceCollection {
    /// Index n holds cell n + 1.
    package private(set) var cells: [[Measurement]] = []
    private var current: [Measurement] = []

    package init() {}

    /// Adds the cells of a frame. `labels` holds the number of the cell that each pixel belongs to, or 0.
    package mutating func measure(_ values: [Float], _ labels: [UInt16], size: FrameSize, frame: Int) {
        let none = BoundingBox(x0: size.width, y0: size.height, x1: 0, y1: 0)
        let empty = Measurement(frame: frame, box: none, area: 0, intensity: 0)
        current.removeAll(keepingCapacity: true)
        current.append(contentsOf: repeatElement(empty, count: cells.count))
        labels.withUnsafeBufferPointer { labels in
            values.withUnsafeBufferPointer { values in
                for y in 0..<size.height { measureRow(y, values, labels, width: size.width, empty: empty) }
            }
        }
        while cells.count < current.count { cells.append([]) }
        for (index, measurement) in current.enumerated() where measurement.area > 0 {
            cells[index].append(measurement)
        }
    }

    private mutating func measureRow(
        _ y: Int, _ values: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<UInt16>, width: Int,
        empty: Measurement
    ) {
        let start = y * width
        let end = start + width
        var i = start
        while i < end {
            while i < end && labels[i] == 0 { i += 1 }
            if i == end { return }
            let label = labels[i]
            let first = i
            var sum = 0.0
            while i < end && labels[i] == label {
                sum += Double(values[i])
                i += 1
            }
            let index = Int(label) - 1
            while current.count <= index { current.append(empty) }
            let run = PixelRuns.Run(y: Int32(y), start: Int32(first - start), end: Int32(i - start))
            current[index].box.extend(by: run)
            current[index].area += i - first
            current[index].intensity += sum
        }
    }
}
