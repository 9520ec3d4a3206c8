/// A share of something as a small bar.
enum Ratio {
    /// - Parameter share: From 0 to 1.
    static func text(_ share: Double, title: String, style: String = "fill-accent") -> String {
        var svg = SVG(width: 90, height: 8)
        svg.rectangle(x: 0, y: 0, width: 90, height: 8, style: "fill-track", round: 4)
        let part = min(1, max(0, share))
        if part > 0 { svg.rectangle(x: 0, y: 0, width: max(3, part * 90), height: 8, style: style, round: 4) }
        return svg.text(title: title, summary: "\(Int((share * 100).rounded())) %")
    }
}
