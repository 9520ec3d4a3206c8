/// How the background goes on between the outermost tile centres and the edge of the image.
public enum EdgeRule: String, CaseIterable, Sendable {
    /// With the value at the outermost centre.
    case hold
    /// Along the tangent at the outermost centre.
    case extend
}

/// An interpolating spline along one axis, prepared for given sites and for every pixel of the axis.
///
/// Its degree is what the number of sites allows: cubic from four on, quadratic with three, a straight line with two,
/// a constant with one. A cubic leaves the second and the last-but-one site without a knot ("not a knot"), as FITPACK
/// does for an interpolating spline. Both parts are linear in the values at the sites, so they are worked out once: the
/// inverse of the collocation matrix, and for each pixel the degree + 1 basis functions that are not zero there.
package struct SplineAxis {
    package let degree: Int
    let siteCount: Int
    /// Row by row: coefficient i of the spline that is 1 at site j and 0 at the others.
    let inverse: [Double]
    /// The first coefficient that matters at each pixel.
    let first: [Int]
    /// `degree + 1` weights for each pixel.
    let weights: [Float]

    /// Sites must rise strictly; there must be one at least.
    package init(sites: [Double], length: Int, edges: EdgeRule) {
        let count = sites.count
        let degree = min(3, count - 1)
        let inner = degree == 3 ? Array(sites[2..<max(count - 2, 2)]) : []
        let knots =
            [Double](repeating: sites[0], count: degree + 1) + inner
            + [Double](repeating: sites[count - 1], count: degree + 1)
        self.degree = degree
        siteCount = count
        let basis = SplineBasis(knots: knots, degree: degree)
        var collocation = [Double](repeating: 0, count: count * count)
        for (row, site) in sites.enumerated() {
            let (start, values) = basis.values(at: site)
            for (offset, value) in values.enumerated() { collocation[row * count + start + offset] = value }
        }
        inverse = invert(collocation, order: count)
        var first: [Int] = []
        var weights: [Float] = []
        for pixel in 0..<length {
            let (start, values) = basis.values(beyond: edges, at: Double(pixel), within: sites[0]...sites[count - 1])
            first.append(start)
            weights.append(contentsOf: values.map { Float($0) })
        }
        self.first = first
        self.weights = weights
    }
}
