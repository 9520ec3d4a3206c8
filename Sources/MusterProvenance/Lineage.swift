/// What came from what: executions and the contents that they read and made, as far as one is reached from where it begins.
public struct Lineage: Equatable, Sendable {
    /// Which way to go.
    public enum Direction: String, CaseIterable, Sendable {
        /// To what something was made from.
        case back
        /// To what was made from it.
        case forth
        /// Both.
        case both
    }

    /// A content, or an execution.
    public enum Node: Hashable, Sendable {
        /// By its SHA-256.
        case asset(String)
        /// By its id.
        case execution(String)
    }

    /// One arrow: who used what as what, under which name.
    public struct Edge: Hashable, Sendable {
        /// The execution and the content.
        public var execution: String, asset: String
        /// Whether it was read or made.
        public var role: AssetRole
        /// The name.
        public var path: String

        /// Makes an arrow.
        public init(execution: String, asset: String, role: AssetRole, path: String) {
            self.execution = execution
            self.asset = asset
            self.role = role
            self.path = path
        }
    }

    /// Where it begins, and all that is reached, in the order in which it was reached, with the number of steps.
    public var start: Node, reached: [(node: Node, depth: Int)]
    /// The arrows between these.
    public var edges: [Edge]

    public static func == (left: Lineage, right: Lineage) -> Bool {
        left.start == right.start && left.edges == right.edges && left.reached.map(\.node) == right.reached.map(\.node)
            && left.reached.map(\.depth) == right.reached.map(\.depth)
    }

    /// Goes from `start`. `uses` are the arrows at a node; whatever was reached once is not gone through again, so circles
    /// (a file that a program changes in place) end.
    public static func walk<Failure: Error>(
        from start: Node, _ direction: Direction, uses: (Node) throws(Failure) -> [Edge]
    ) throws(Failure) -> Lineage {
        var lineage = Lineage(start: start, reached: [(start, 0)], edges: [])
        var known: Set<Edge> = []
        for way in [Direction.back, .forth] where direction == way || direction == .both {
            var seen: Set<Node> = [start]
            var queue: [(node: Node, depth: Int)] = [(start, 0)]
            var at = 0
            while at < queue.count {
                let (node, depth) = queue[at]
                at += 1
                for edge in try uses(node) where follows(edge, from: node, way) {
                    if known.insert(edge).inserted { lineage.edges.append(edge) }
                    let next: Node =
                        if case .asset = node { .execution(edge.execution) } else { .asset(edge.asset) }
                    guard seen.insert(next).inserted else { continue }
                    queue.append((next, depth + 1))
                    if !lineage.reached.contains(where: { $0.node == next }) {
                        lineage.reached.append((next, way == .back ? -depth - 1 : depth + 1))
                    }
                }
            }
        }
        return lineage
    }

    private static func follows(_ edge: Edge, from node: Node, _ way: Direction) -> Bool {
        switch node {
        case .asset: edge.role == (way == .back ? .output : .input)
        case .execution: edge.role == (way == .back ? .input : .output)
        }
    }

    /// The picture in Graphviz' language: boxes for executions, ellipses for contents, arrows the way that data went.
    /// `label` says what stands in an execution's box.
    public func dot(label: (String) -> String) -> String {
        var lines = [
            "digraph lineage {", "  rankdir=LR;", #"  node [fontname="monospace", fontsize=10];"#,
            ##"  edge [color="#888888"];"##,
        ]
        for (node, _) in reached {
            let bold = node == start ? ", penwidth=2" : ""
            switch node {
            case .execution(let id):
                lines.append(
                    ##"  \##(quoted(id)) [shape=box, style="rounded,filled", fillcolor="#d8e8f8", label=\##(quoted(label(id)))\##(bold)];"##
                )
            case .asset(let sha):
                lines.append("  \(quoted(sha)) [shape=ellipse, label=\(quoted(name(of: sha)))\(bold)];")
            }
        }
        for edge in edges {
            let (from, to) = edge.role == .input ? (edge.asset, edge.execution) : (edge.execution, edge.asset)
            lines.append("  \(quoted(from)) -> \(quoted(to));")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// A content's last part of a name, and the beginning of its digest.
    public func name(of sha256: String) -> String {
        let path = edges.first { $0.asset == sha256 }?.path ?? ""
        let last = path.split(separator: "/").last.map(String.init) ?? "?"
        return "\(last) \(sha256.prefix(8))"
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] } + "\""
    }
}
