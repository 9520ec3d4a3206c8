import MusterCore

/// How many jobs stand where, as one bar.
enum StateBar {
    static func text(_ counts: [Standing: Int], width: Double = 200, height: Double = 10) -> String {
        let total = counts.values.reduce(0, +)
        var svg = SVG(width: width, height: height)
        svg.rectangle(x: 0, y: 0, width: width, height: height, style: "fill-track", round: height / 2)
        var x = 0.0
        for (standing, count) in sorted(counts) where count > 0 {
            let part = width * Double(count) / Double(total)
            svg.rectangle(
                x: x, y: 0, width: max(part, 1.5), height: height, style: "fill-\(Look.style(standing))", round: 2,
                title: "\(count) \(standing)")
            x += part
        }
        return svg.text(title: Words.count(total, "job"), summary: words(counts), isFluid: true)
    }

    /// `3 succeeded, 1 failed`.
    static func words(_ counts: [Standing: Int]) -> String {
        sorted(counts).filter { $0.value > 0 }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    static func sorted(_ counts: [Standing: Int]) -> [(key: Standing, value: Int)] {
        counts.sorted { Look.rank($0.key) < Look.rank($1.key) }
    }
}
