import MusterCore
import MusterHistory
import MusterProvenance

/// A lineage as a table, a picture or JSON.
struct LineageText {
    let lineage: Lineage
    let history: History

    func text(dot: Bool, json: Bool) throws -> String {
        if json { return self.json.line }
        if dot { return String(lineage.dot(label: label).dropLast()) }
        var table = Table(header: ["STEP", "WHAT", "STATUS", "NAME"], right: [0])
        for (node, depth) in lineage.reached.sorted(by: { $0.depth < $1.depth }) {
            let step = depth > 0 ? "+\(depth)" : "\(depth)"
            switch node {
            case .execution(let id):
                let record = try? history.execution(id)
                table.rows.append([step, "execution", record?.status ?? "-", "\(id)  \(words(record))"])
            case .asset(let sha256):
                let asset = try history.asset(sha256)
                let path = asset?.path ?? lineage.edges.first { $0.asset == sha256 }?.path ?? "-"
                let version = try asset.flatMap { try ExecutionText.version($0, history) }.map { "\($0), " } ?? ""
                table.rows.append([step, asset?.type ?? "file", "-", "\(path)  \(version)sha256 \(sha256.prefix(16))"])
            }
        }
        let alone =
            lineage.reached.count == 1 ? "\nnothing is known that it was made from, or that was made from it" : ""
        return table.text + alone
    }

    private func words(_ record: ExecutionRecord?) -> String {
        guard let record else { return "" }
        return record.description.isEmpty ? record.argv.map(ShellWord.quote).joined(separator: " ") : record.description
    }

    private func label(_ id: String) -> String {
        let record = try? history.execution(id)
        return [id, record?.status ?? "", words(record)].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var json: JSON {
        let nodes = lineage.reached.map { node, depth in
            switch node {
            case .execution(let id): JSON.object(["execution": .string(id), "step": .int(depth)])
            case .asset(let sha256):
                JSON.object([
                    "sha256": .string(sha256), "step": .int(depth),
                    "dataset": (try? history.asset(sha256).flatMap { try ExecutionText.version($0, history) })
                        .flatMap { $0 }.map(JSON.string),
                ])
            }
        }
        let edges = lineage.edges.map { edge in
            JSON.object([
                "execution": .string(edge.execution), "sha256": .string(edge.asset),
                "role": .string(edge.role.rawValue), "path": .string(edge.path),
            ])
        }
        return .object(["schema": 1, "nodes": .array(nodes), "uses": .array(edges)])
    }
}
