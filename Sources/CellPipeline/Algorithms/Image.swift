/// A grey image in rows; the pixel (x, y) is `pixels[y * width + x]`.
package struct Image: Equatable, Sendable {
    /// Size in pixels.
    package let width: Int, height: Int
    /// Row after row.
    package var pixels: [Double]

    package init(width: Int, height: Int, pixels: [Double]) {
        precondition(pixels.count == width * height, "as many pixels as the size says")
        (self.width, self.height, self.pixels) = (width, height, pixels)
    }
}

/// A binary image in rows.
package struct Mask: Equatable, Sendable {
    /// Size in pixels.
    package let width: Int, height: Int
    /// Row after row.
    package var bits: [Bool]

    package init(width: Int, height: Int, bits: [Bool]) {
        precondition(bits.count == width * height, "as many pixels as the size says")
        (self.width, self.height, self.bits) = (width, height, bits)
    }
}
