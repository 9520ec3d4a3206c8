public import MusterCore

/// A graph of products with how it stands with each, as a picture in Graphviz' language and as a table.
public struct ProductDiagram: Sendable {
    /// What is made out of what.
    public var graph: ProductGraph
    /// How it stands with each, where what is not named is missing; nil where nobody looked.
    public var statuses: [String: ProductStatus]?
    /// Stands below the picture.
    public var title: String

    /// Puts a graph and what is known of its products together.
    public init(_ graph: ProductGraph, statuses: [String: ProductStatus]?, title: String = "products") {
        (self.graph, self.statuses, self.title) = (graph, statuses, title)
    }

    /// How it stands with `product`.
    private func status(_ product: String) -> ProductStatus? { statuses.map { $0[product] ?? .missing } }

    /// The picture: a box for each product in the colour of its status, sorted, then those for what comes from outside,
    /// then an arrow from each required product to what is made of it. Equal graphs give equal texts.
    public var dot: String {
        var lines = [
            "digraph \(DOT.quoted(title)) {",
            "  rankdir=LR;",
            "  label=\(DOT.quoted(title));",
            #"  node [shape=box, style="rounded,filled", fontname="monospace", fontsize=10];"#,
            ##"  edge [fontname="monospace", fontsize=8, color="#888888"];"##,
        ]
        for product in graph.products {
            let status = status(product)
            let tip =
                "produced by \(graph.producer(of: product)?.name ?? "")" + (status.map { ", \($0.rawValue)" } ?? "")
            lines.append(
                "  \(DOT.quoted(product)) [fillcolor=\"\(DOT.colour(status ?? .missing))\", tooltip=\(DOT.quoted(tip))];"
            )
        }
        for external in graph.externals {
            lines.append(
                "  \(DOT.quoted(external)) [fillcolor=\"#fff8d0\", style=\"rounded,filled,dashed\", "
                    + "tooltip=\"comes from outside\"];")
        }
        for step in graph.steps {
            for product in step.produces {
                for required in step.requires {
                    lines.append(
                        "  \(DOT.quoted(required)) -> \(DOT.quoted(product)) [label=\(DOT.quoted(step.name))];")
                }
            }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// A line for each product in the order in which they are made, those that come from outside first.
    public var table: String {
        var rows = [["product", "status", "step", "requires"]]
        for external in graph.externals { rows.append([external, "external", "-", "-"]) }
        for step in graph.steps {
            for product in step.produces {
                rows.append([
                    product, status(product)?.rawValue ?? "-", step.name,
                    step.requires.isEmpty ? "-" : step.requires.joined(separator: ", "),
                ])
            }
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count + 2) }.joined() + row[3] + "\n"
        }.joined()
    }
}

/// Graphviz' language, as far as the picture needs it.
enum DOT {
    /// The text as a name, label or tooltip that shows it as it is. In these a backslash has a meaning of its own.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case "\u{0}"..<" ", "\u{7F}": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    static func colour(_ status: ProductStatus) -> String {
        switch status {
        case .cached: "#bce6bc"
        case .onDisk: "#bcd7e6"
        case .building: "#f7e389"
        case .stale: "#e6bcbc"
        case .missing: "#e6e6e6"
        }
    }
}
