import Glibc
import MusterCore

/// What values a sampled parameter may take.
enum Distribution: Hashable, Sendable {
    /// Any number of a range.
    case uniform(Double, Double)
    /// Any number of a range of positive ones, each order of magnitude as likely as the next.
    case logUniform(Double, Double)
    /// A whole number of a range, both ends included.
    case integers(Int64, Int64)
    /// One of these.
    case choice([JSON])

    /// The value at `share` of the way through the distribution, 0 up to but not including 1.
    func value(at share: Double) -> JSON {
        switch self {
        case .uniform(let low, let high): return Spacing.number(low + (high - low) * share)
        case .logUniform(let low, let high): return Spacing.number(low * pow(high / low, share))
        case .integers(let low, let high):
            let width = Double(high) - Double(low) + 1
            return .int(low + min(Int64(width * share), high - low))
        case .choice(let values): return values[min(values.count - 1, Int(share * Double(values.count)))]
        }
    }
}

/// Points drawn from distributions: the same seed gives the same points on every machine.
struct Sampling: Hashable, Sendable {
    /// How they are drawn.
    enum Method: String, CaseIterable, Sendable {
        /// Each on its own. A larger count adds points and leaves the others as they are.
        case random
        /// One from each of `count` equal parts of every parameter's distribution, the parts paired at random (McKay,
        /// Beckman, Conover 1979). Another count gives other points.
        case latinHypercube = "latin_hypercube"
    }

    /// How they are drawn.
    var method: Method
    /// How many.
    var count: Int
    /// Where the drawing starts.
    var seed: Int64
    /// The parameters, in order.
    var parameters: [Parameter]

    /// A parameter with its distribution.
    struct Parameter: Hashable, Sendable {
        /// Its name.
        var name: String
        /// What it may be.
        var distribution: Distribution

        /// Names one.
        init(_ name: String, _ distribution: Distribution) {
            self.name = name
            self.distribution = distribution
        }
    }

    /// Describes a drawing.
    init(_ method: Method, count: Int, seed: Int64, parameters: [Parameter]) {
        self.method = method
        self.count = count
        self.seed = seed
        self.parameters = parameters
    }

    /// The points, as one factor of a sweep; what is drawn a second time is left out.
    var factor: Factor {
        let columns = parameters.map(column)
        var seen: Set<[JSON]> = []
        let rows = (0..<max(0, count)).map { row in columns.map { $0[row] } }
        return Factor(names: parameters.map(\.name), rows: rows.filter { seen.insert($0).inserted })
    }

    private func column(_ parameter: Parameter) -> [JSON] {
        switch method {
        case .random:
            return (0..<max(0, count)).map { parameter.distribution.value(at: draw(parameter.name, "value", $0)) }
        case .latinHypercube:
            var parts = Array(0..<max(0, count))
            // Fisher and Yates: each order of the parts is as likely as the next.
            for last in parts.indices.reversed() {
                parts.swapAt(last, Int(draw(parameter.name, "order", last) * Double(last + 1)))
            }
            return parts.enumerated().map { index, part in
                let within = draw(parameter.name, "value", index)
                return parameter.distribution.value(at: (Double(part) + within) / Double(count))
            }
        }
    }

    /// A number from 0 up to but not including 1 that depends on the seed and these words alone.
    private func draw(_ name: String, _ use: String, _ index: Int) -> Double {
        var digest = SHA256()
        digest.update(Array("\(seed)/\(name)/\(use)/\(index)".utf8))
        let bits = digest.finish().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) * 0x1p-53
    }
}
