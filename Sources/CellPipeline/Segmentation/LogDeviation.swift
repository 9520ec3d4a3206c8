/// The logarithm of the local standard deviation of a frame, which tells textured cells from smooth ground.
///
/// For each pixel the variance over a square window is taken, edges mirrored (the edge pixel is repeated), and
/// `0.5 * ln(variance)` is its value; 0 where the variance is 0. Sums of whole numbers are exact in `Double`, so
/// a constant window has a variance of exactly 0.
struct LogDeviation {
    private let size: FrameSize
    private let half: Int
    /// Window sums down each column, mirrored columns at both ends.
    private var sums: [Double]
    private var squares: [Double]

    /// `window` is the odd side of the square.
    init(size: FrameSize, window: Int) {
        self.size = size
        half = window / 2
        sums = [Double](repeating: 0, count: size.width + 2 * half)
        squares = sums
    }

    mutating func compute(_ frame: [UInt16], into result: inout [Float]) {
        let area = Double((2 * half + 1) * (2 * half + 1))
        let window = 2 * half + 1
        frame.withUnsafeBufferPointer { pixels in
            result.withUnsafeMutableBufferPointer { output in
                for y in 0..<size.height {
                    addColumns(pixels, around: y)
                    mirrorColumns()
                    let row = UnsafeMutableBufferPointer(rebasing: output[y * size.width..<(y + 1) * size.width])
                    variances(into: row, window: window, area: area)
                    logarithms(row)
                }
            }
        }
    }

    private mutating func addColumns(_ pixels: UnsafeBufferPointer<UInt16>, around y: Int) {
        let width = size.width
        sums.withUnsafeMutableBufferPointer { sums in
            squares.withUnsafeMutableBufferPointer { squares in
                sums.update(repeating: 0)
                squares.update(repeating: 0)
                for row in y - half...y + half {
                    let start = mirrored(row, size.height) * width
                    for x in 0..<width {
                        let value = Double(Int32(pixels[start + x]))
                        sums[x + half] += value
                        squares[x + half] += value * value
                    }
                }
            }
        }
    }

    private mutating func mirrorColumns() {
        for x in 0..<half {
            for (position, column) in [(half - 1 - x, -1 - x), (half + size.width + x, size.width + x)] {
                let source = half + mirrored(column, size.width)
                sums[position] = sums[source]
                squares[position] = squares[source]
            }
        }
    }

    private func variances(into row: UnsafeMutableBufferPointer<Float>, window: Int, area: Double) {
        let scale = 1 / (area * area)
        sums.withUnsafeBufferPointer { sums in
            squares.withUnsafeBufferPointer { squares in
                for x in row.indices {
                    var sum = 0.0
                    var square = 0.0
                    for offset in 0..<window {
                        sum += sums[x + offset]
                        square += squares[x + offset]
                    }
                    row[x] = Float((area * square - sum * sum) * scale)
                }
            }
        }
    }

    private func logarithms(_ row: UnsafeMutableBufferPointer<Float>) {
        for x in row.indices {
            let value = 0.5 * naturalLogarithm(row[x])
            row[x] = row[x] > 0 ? value : 0
        }
    }
}

/// The index of a pixel beyond either end, seen in a mirror that stands at the end: -1 is 0, `count` is `count - 1`.
@inline(__always)
func mirrored(_ index: Int, _ count: Int) -> Int {
    if index >= 0 && index < count { return index }
    let period = 2 * count
    let folded = ((index % period) + period) % period
    return folded < count ? folded : period - 1 - folded
}

/// ln(x) of a positive normal number, within two units in the last place, in a form that the compiler can vectorise.
///
/// x = m * 2^e with m in [sqrt(1/2), sqrt(2)); ln(m) = 2 artanh(s) with s = (m - 1) / (m + 1), whose series has
/// fallen below the precision of `Float` after the fifth term.
@inline(__always)
func naturalLogarithm(_ x: Float) -> Float {
    let bits = Int32(bitPattern: x.bitPattern) &- 0x3f35_04f3
    let exponent = Float(bits >> 23)
    let mantissa = Float(bitPattern: UInt32(bitPattern: (bits & 0x007f_ffff) &+ 0x3f35_04f3))
    let s = (mantissa - 1) / (mantissa + 1)
    let q = s * s
    let series = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9))))
    return exponent * 0.693_147_2 + 2 * s * series
}
