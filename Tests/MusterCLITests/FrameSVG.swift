@testable import MusterCLI

/// A frame as a picture.
enum FrameSVG {
    private static let width = 8.4, height = 17.0

    static func text(_ frame: Frame) -> String {
        let size = (Double(frame.columns) * width + 16, Double(frame.rows) * height + 16)
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(size.0))" height="\(Int(size.1))" \
            font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">
            <rect width="100%" height="100%" rx="6" fill="#16191d"/>

            """
        for row in 0..<frame.rows {
            var column = 0
            while column < frame.columns {
                let style = frame[row, column].style
                var (end, words) = (column, "")
                while end < frame.columns, frame[row, end].style == style {
                    if let character = frame[row, end].text { words.append(character) }
                    end += 1
                }
                out += part(words, style, row, column..<end)
                column = end
            }
        }
        return out + "</svg>\n"
    }

    private static func part(_ words: String, _ style: Style, _ row: Int, _ columns: Range<Int>) -> String {
        let (left, top) = (8 + Double(columns.lowerBound) * width, 8 + Double(row) * height)
        let length = Double(columns.count) * width
        let colour = style.isReverse ? "#16191d" : style.isDim ? "#8a939e" : name(of: style.colour)
        var out = ""
        if style.isReverse {
            out +=
                "<rect x=\"\(number(left))\" y=\"\(number(top))\" width=\"\(number(length))\" height=\"17\" fill=\"#aeb6bf\"/>\n"
        }
        guard words.contains(where: { $0 != " " }) else { return out }
        let text = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        let weight = style.isBold ? " font-weight=\"bold\"" : ""
        return out
            + "<text x=\"\(number(left))\" y=\"\(number(top + 13))\" fill=\"\(colour)\"\(weight) textLength=\"\(number(length))\" xml:space=\"preserve\">\(text)</text>\n"
    }

    private static func name(of colour: Style.Colour?) -> String {
        switch colour {
        case .red: "#ff7b72"
        case .green: "#7ee787"
        case .yellow: "#e3b341"
        case .blue: "#79c0ff"
        case .magenta: "#d2a8ff"
        case .cyan: "#76e3ea"
        case nil: "#d7dde4"
        }
    }

    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
