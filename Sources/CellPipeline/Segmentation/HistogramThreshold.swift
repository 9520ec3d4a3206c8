/// The threshold between ground and cells in a frame of log deviations.
///
/// The ground is most of the frame, so the fullest of 200 bins between the lowest and the highest value is its mode. The
/// values at or below the mode's centre are ground alone, and their standard deviation measures its spread; the
/// threshold lies some of these above the mode.
package struct HistogramThreshold {
    static let bins = 200

    /// Standard deviations above the mode.
    package let sigmas: Double

    package init(sigmas: Double) { self.sigmas = sigmas }

    package func threshold(of values: [Float]) -> Float {
        values.withUnsafeBufferPointer { values in
            let mode = modeCentre(of: values)
            return Float(mode + sigmas * deviation(of: values, upTo: mode))
        }
    }

    private func modeCentre(of values: UnsafeBufferPointer<Float>) -> Double {
        var (low, high) = range(of: values)
        // A frame without any variation: a range of one around its value, as numpy.histogram has it.
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        var counts = [Int](repeating: 0, count: Self.bins)
        let scale = Float(Self.bins) / (high - low)
        counts.withUnsafeMutableBufferPointer { counts in
            for value in values {
                counts[min(Int((value - low) * scale), Self.bins - 1)] += 1
            }
        }
        var fullest = 0
        for bin in counts.indices where counts[bin] > counts[fullest] { fullest = bin }
        return Double(low) + (Double(fullest) + 0.5) * Double(high - low) / Double(Self.bins)
    }

    private func range(of values: UnsafeBufferPointer<Float>) -> (low: Float, high: Float) {
        var low = values[0]
        var high = values[0]
        for value in values {
            low = value < low ? value : low
            high = value > high ? value : high
        }
        return (low, high)
    }

    /// The standard deviation (of the whole, not of a sample) of the values at or below a limit.
    private func deviation(of values: UnsafeBufferPointer<Float>, upTo limit: Double) -> Double {
        // Taken around the limit, so that squares do not cancel.
        let origin = Float(limit)
        var count = 0.0
        var sum = 0.0
        var squares = 0.0
        for value in values where value <= origin {
            let distance = Double(value - origin)
            count += 1
            sum += distance
            squares += distance * distance
        }
        if count == 0 { return 0 }
        let mean = sum / count
        return max(squares / count - mean * mean, 0).squareRoot()
    }
}
