/// A picture as text: shapes are written one behind the other, what comes from outside is escaped.
struct SVG {
    private var body = ""
    /// Size in pixels.
    let width: Double, height: Double

    init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

    /// A number as attributes take it, with a tenth of a pixel.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int64((min(max(value, -1e9), 1e9) * 10).rounded())
        let (sign, size) = (tenths < 0 ? "-" : "", abs(tenths))
        return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
    }

    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, style: String, round: Double = 0, title: String? = nil
    ) {
        body += "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\""
        if round > 0 { body += " rx=\"\(n(round))\"" }
        body += " class=\"\(Markup.escaped(style))\""
        body += title.map { "><title>\(Markup.escaped($0))</title></rect>" } ?? "/>"
    }

    /// Many rectangles of one style as one shape: a few bytes for each.
    mutating func rectangles(_ all: [(x: Double, y: Double, width: Double, height: Double)], style: String) {
        let d = all.map { "M\(n($0.x)) \(n($0.y))h\(n($0.width))v\(n($0.height))h\(n(-$0.width))z" }.joined()
        body += "<path d=\"\(d)\" class=\"\(Markup.escaped(style))\"/>"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
        body += "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" class=\"\(style)\"/>"
    }

    /// `at`: `start`, `middle` or `end`.
    mutating func text(
        _ text: String, x: Double, y: Double, style: String = "label", at: String = "start", title: String? = nil
    ) {
        body += "<text x=\"\(n(x))\" y=\"\(n(y))\" class=\"\(style)\" text-anchor=\"\(at)\">"
        if let title { body += "<title>\(Markup.escaped(title))</title>" }
        body += "\(Markup.escaped(text))</text>"
    }

    mutating func path(_ points: [(x: Double, y: Double)], style: String, closedAt base: Double? = nil) {
        guard let first = points.first, let last = points.last else { return }
        var d = "M\(n(first.x)) \(n(first.y))"
        for point in points.dropFirst() { d += "L\(n(point.x)) \(n(point.y))" }
        if let base { d += "L\(n(last.x)) \(n(base))L\(n(first.x)) \(n(base))Z" }
        body += "<path d=\"\(d)\" class=\"\(style)\"/>"
    }

    /// What `shapes` draws leads to `path`.
    mutating func link(_ path: String, _ shapes: (inout SVG) -> Void) {
        body += "<a href=\"\(Markup.escaped(path))\">"
        shapes(&self)
        body += "</a>"
    }

    /// The whole picture. `title` and `summary` say in words what it shows, to those who don't see it.
    ///
    /// - Parameter isFluid: As wide as there is room, in place of its own size.
    func text(title: String, summary: String, isFluid: Bool = false) -> String {
        let size = isFluid ? "class=\"fluid\"" : "width=\"\(n(width))\" height=\"\(n(height))\""
        return
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 \(n(width)) \(n(height))\" \(size) "
            + "aria-label=\"\(Markup.escaped("\(title): \(summary)"))\">\(body)</svg>"
    }

    private func n(_ value: Double) -> String { Self.number(value) }
}
