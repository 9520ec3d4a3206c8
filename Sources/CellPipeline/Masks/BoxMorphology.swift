/// Erosion and dilation of masks with a square, for squares of any size in the same few passes.
///
/// The mask is laid into a frame of zeros as wide as the square's radius. A window of length n is then the
/// union (or intersection) of two windows whose length is the largest power of two below n, and each power comes from
/// the one before it: 19 takes five passes over whole vectors of pixels, first along the rows, then down the columns.
/// Pixels outside of the image count as not set, in both operations; this is the rule of `scipy.ndimage` with
/// `border_value=0`, and it is why an object at the edge of the image loses its rim in a closing.
struct BoxMorphology {
    private let size: FrameSize
    private var padded: [UInt8] = []

    /// 32 pixels. The compiler makes vector instructions of the bit operations of whole words, not of single bytes.
    private typealias Lanes = SIMD4<UInt64>

    init(size: FrameSize) { self.size = size }

    /// Sets each pixel that has a set pixel within `radius` of it in both directions.
    mutating func dilate(_ mask: inout [UInt8], radius: Int) {
        slide(&mask, radius: radius, isDilation: true)
    }

    /// Keeps each pixel whose square of that radius is set throughout and lies in the image.
    mutating func erode(_ mask: inout [UInt8], radius: Int) {
        slide(&mask, radius: radius, isDilation: false)
    }

    private mutating func slide(_ mask: inout [UInt8], radius: Int, isDilation: Bool) {
        if radius == 0 { return }
        let stride = size.width + 2 * radius
        let used = stride * (size.height + 2 * radius)
        let extent = used + MemoryLayout<Lanes>.size
        if padded.count < extent { padded = [UInt8](repeating: 0, count: extent) }
        padded.withUnsafeMutableBytes { bytes in
            let base = bytes.baseAddress!
            base.initializeMemory(as: UInt8.self, repeating: 0, count: extent)
            mask.withUnsafeBytes { pixels in
                for y in 0..<size.height {
                    let row = base + (y + radius) * stride + radius
                    row.copyMemory(from: pixels.baseAddress! + y * size.width, byteCount: size.width)
                }
            }
            // A row's padding holds the windows that begin in it, so rows never mix where the result is read.
            Self.combine(base, used, window: 2 * radius + 1, step: 1, isDilation)
            Self.combine(base, used, window: 2 * radius + 1, step: stride, isDilation)
            mask.withUnsafeMutableBytes { pixels in
                for y in 0..<size.height {
                    let row = pixels.baseAddress! + y * size.width
                    row.copyMemory(from: base + y * stride, byteCount: size.width)
                }
            }
        }
    }

    /// Replaces each byte by the union or intersection of `window` bytes that begin with it, `step` apart.
    private static func combine(
        _ base: UnsafeMutableRawPointer, _ count: Int, window: Int, step: Int, _ isDilation: Bool
    ) {
        var covered = 1
        while covered < window {
            let shift = min(covered, window - covered) * step
            // Only ahead of the place being written is read, so the pass may run in place.
            var i = 0
            let end = count - shift
            while i < end {
                let here = base.loadUnaligned(fromByteOffset: i, as: Lanes.self)
                let ahead = base.loadUnaligned(fromByteOffset: i + shift, as: Lanes.self)
                base.storeBytes(of: isDilation ? here | ahead : here & ahead, toByteOffset: i, as: Lanes.self)
                i += MemoryLayout<Lanes>.size
            }
            covered = min(2 * covered, window)
        }
    }
}
