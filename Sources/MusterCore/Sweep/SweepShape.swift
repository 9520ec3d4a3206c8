/// Parameters that vary together: one factor of a sweep's product.
public struct Factor: Hashable, Sendable {
    /// The parameters; `STAGE.KEY` overrides that stage's own.
    public var names: [String]
    /// Their values, one row a position, in the order of the names.
    public var rows: [[JSON]]

    /// Makes a factor.
    public init(names: [String], rows: [[JSON]]) {
        self.names = names
        self.rows = rows
    }

    /// One parameter alone.
    public init(_ name: String, _ values: [JSON]) { self.init(names: [name], rows: values.map { [$0] }) }
}

/// How a sweep's points come about: the product of all factors, the last one running fastest, without what is excluded,
/// and with what is included behind.
public struct SweepShape: Hashable, Sendable {
    /// The most points, where the config says nothing.
    public static let defaultCap = 1_000_000

    /// The factors.
    public var factors: [Factor] = []
    /// Points that agree with one of these in all values that it names are left out.
    public var exclude: [[JSON.Member]] = []
    /// Points added to the product.
    public var include: [[JSON.Member]] = []
    /// What a point is called; nil names it after its parameters.
    public var naming: PointName?
    /// The most points; more are a mistake.
    public var cap = SweepShape.defaultCap

    /// A sweep of a single point, to which factors can be added.
    public init() {}

    /// Shorthand for a product of factors.
    public init(_ factors: [Factor]) { self.factors = factors }

    /// What can be wrong with a whole sweep.
    public enum Mistake: Error, Hashable, Sendable {
        /// More points than the cap; the number is nil when it has more digits than can be counted.
        case tooMany(Int?, cap: Int)
        /// Nothing is left.
        case empty
        /// Two points of the same values.
        case twice(String)
        /// Two points of one name.
        case sameName(String, String, String)
        /// The name's template uses a parameter that a point does not have, or formats what is no number.
        case unnamed(String)
    }

    /// All points, in order.
    public func points() throws(Mistake) -> [Point] {
        var count = 1
        for factor in factors {
            let (product, overflow) = count.multipliedReportingOverflow(by: factor.rows.count)
            guard !overflow else { throw .tooMany(nil, cap: cap) }
            count = product
        }
        // What is excluded counts only once it is there, but never are there more points than a few times the cap.
        guard count / 8 <= cap else { throw .tooMany(count, cap: cap) }
        for factor in factors {
            var rows: Set<JSON> = []
            for row in factor.rows where !rows.insert(JSON.array(row).canonical).inserted {
                throw .twice(Point(values: zip(factor.names, row).map { JSON.Member($0, $1) }).label)
            }
        }
        var points: [Point] = []
        points.reserveCapacity(min(count, cap))
        // Different rows make different points; only what is included can be there already.
        var seen: Set<JSON>? = include.isEmpty ? nil : []
        var names: [String: String] = [:]
        func add(_ values: [JSON.Member]) throws(Mistake) {
            guard !exclude.contains(where: { Self.fits(values, $0) }) else { return }
            try take(values)
        }
        func take(_ values: [JSON.Member]) throws(Mistake) {
            guard points.count < cap else { throw .tooMany(count > cap ? count : nil, cap: cap) }
            guard seen?.insert(JSON.object(values).canonical).inserted ?? true else {
                throw .twice(Point(id: "", values: values).label)
            }
            guard let naming, !values.isEmpty else {
                points.append(Point(values: values))
                return
            }
            let point = Point(id: Point.pathLevel(naming.text(of: values) ?? ""), values: values)
            guard naming.text(of: values) != nil else { throw .unnamed(point.label) }
            if let other = names.updateValue(point.label, forKey: point.id) {
                throw .sameName(point.id, other, point.label)
            }
            points.append(point)
        }
        var positions = [Int](repeating: 0, count: factors.count)
        if count > 0, !(factors.isEmpty && !include.isEmpty) {
            product: while true {
                var values: [JSON.Member] = []
                for (factor, position) in zip(factors, positions) {
                    for (name, value) in zip(factor.names, factor.rows[position]) {
                        values.append(JSON.Member(name, value))
                    }
                }
                try add(values)
                var digit = factors.count - 1
                while true {
                    guard digit >= 0 else { break product }
                    positions[digit] += 1
                    if positions[digit] < factors[digit].rows.count { break }
                    positions[digit] = 0
                    digit -= 1
                }
            }
        }
        for values in include { try take(values) }
        guard !points.isEmpty else { throw .empty }
        return points
    }

    private static func fits(_ values: [JSON.Member], _ pattern: [JSON.Member]) -> Bool {
        pattern.allSatisfy { wanted in
            values.contains { $0.key == wanted.key && $0.value.canonical == wanted.value.canonical }
        }
    }
}

extension Point {
    /// Its values for people: `lr=0.1, tile=64`.
    public var label: String {
        values.map { "\($0.key)=\(Placeholders.text($0.value))" }.joined(separator: ", ")
    }
}

/// A template for the names of points: `lr{lr:.0e}-t{tile:03d}`.
public struct PointName: Hashable, Sendable {
    /// As it was written.
    public let template: String

    /// Takes a template.
    public init(_ template: String) { self.template = template }

    /// The parameters that it names.
    public var names: [String] { Placeholders.names(in: template) }

    /// The name of the point with `values`; nil when it lacks one of them, or one is no number for its format.
    public func text(of values: [JSON.Member]) -> String? {
        try? Placeholders(values).expand(template)
    }
}
