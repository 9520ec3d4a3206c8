/// Writes documents down as one HTML file that needs nothing else, dark or light as the reader's system is.
enum HTML {
    static func text(_ document: Document) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(document.title))</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <main>
        <h1>\(escaped(document.title))</h1>
        \(document.parts.map(text).joined(separator: "\n"))
        </main>
        </body>
        </html>

        """
    }

    private static func text(_ part: Document.Part) -> String {
        switch part {
        case .heading(let text): return "<h2>\(escaped(text))</h2>"
        case .paragraph(let text): return "<p>\(escaped(text))</p>"
        case .list(let items):
            return "<ul>\n" + items.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>"
        case .code(let lines):
            return "<pre><code>" + lines.map(escaped).joined(separator: "\n") + "</code></pre>"
        case .table(let header, let rows, let right):
            func cells(_ tag: String, _ texts: [String]) -> String {
                let cells = texts.enumerated().map { column, text in
                    "<\(tag)\(right.contains(column) ? " class=\"figure\"" : "")>\(escaped(text))</\(tag)>"
                }
                return "<tr>\(cells.joined())</tr>\n"
            }
            return "<div class=\"wide\"><table>\n<thead>\n\(cells("th", header))</thead>\n<tbody>\n"
                + rows.map { cells("td", $0) }.joined() + "</tbody>\n</table></div>"
        }
    }

    /// The text as HTML shows it: no character of it is markup, in an element or in an attribute.
    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.visible {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2126; --paper: #fdfdfc; --faint: #5d666f; --line: #d9dde1; --box: #f1f3f4; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e3e6e8; --paper: #16191c; --faint: #9aa3ab; --line: #353b41; --box: #20252a; }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin-top: 2.25rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 0.9rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); }
        th { color: var(--faint); font-weight: 600; }
        .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        pre { background: var(--box); padding: 0.75rem 1rem; border-radius: 6px; overflow-x: auto; font-size: 0.85rem; }
        """
}
