/// Writes documents down as Markdown (GitHub's, for the tables).
enum Markdown {
    static func text(_ document: Document) -> String {
        (["# \(escaped(document.title))"] + document.parts.map(text)).joined(separator: "\n\n") + "\n"
    }

    private static func text(_ part: Document.Part) -> String {
        switch part {
        case .heading(let text): return "## \(escaped(text))"
        case .paragraph(let text): return escaped(text)
        case .list(let items): return items.map { "- \(escaped($0))" }.joined(separator: "\n")
        case .table(let header, let rows, let right):
            let rule = header.indices.map { right.contains($0) ? "--:" : "---" }
            return ([header.map(escaped), rule] + rows.map { $0.map(escaped) }).map {
                "| \($0.joined(separator: " | ")) |"
            }.joined(separator: "\n")
        case .code(let lines):
            // Longer than any run of backticks inside.
            let longest = lines.map(longestFence).max() ?? 0
            let fence = String(repeating: "`", count: max(3, longest + 1))
            return ([fence] + lines.map { $0.visible } + [fence]).joined(separator: "\n")
        }
    }

    private static func longestFence(_ line: String) -> Int {
        var (longest, run) = (0, 0)
        for character in line {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    /// Nothing in a text is markup; names of files with `_` and paths stay readable.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.visible {
            if "\\`*[]<>|#".contains(character) { out.append("\\") }
            out.append(character)
        }
        return out.replacing("_", with: "\\_").replacing("&", with: "&amp;")
    }
}
