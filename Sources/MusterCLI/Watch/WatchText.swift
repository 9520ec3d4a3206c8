import MusterCore
import MusterHistory

/// What the panes beside the table say, in lines.
enum WatchText {
    /// A line of parts that look different.
    struct Line: Equatable, Sendable {
        struct Part: Equatable, Sendable {
            var text: String
            var style: Style
        }

        var parts: [Part]

        init(_ text: String, _ style: Style = .plain) { parts = [Part(text: text, style: style)] }
        init(_ parts: [(String, Style)]) { self.parts = parts.map { Part(text: $0.0, style: $0.1) } }
    }

    static let nodeHeading = "RUN ENDED  GPU%           GPU MEMORY    MEMORY  DONE"

    /// One line of a node, below `nodeHeading`.
    static func node(_ node: WatchModel.Node) -> Line {
        let busy = node.gpus.compactMap(\.utilization)
        let used = node.gpus.compactMap(\.used), total = node.gpus.compactMap(\.total)
        let memory =
            used.isEmpty
            ? "-"
            : WatchRow.size(used.reduce(0, +))
                + (total.count == used.count ? " of \(WatchRow.size(total.reduce(0, +)))" : "")
        let words = [
            right("\(node.running.count)", 3), right("\(node.ended)", 5),
            right(busy.isEmpty ? "-" : "\(busy.reduce(0, +) / busy.count)", 5), right(memory, 20),
            right(WatchRow.size(node.memory), 9),
        ].joined(separator: " ")
        return Line([
            (" " + left(node.name, 12) + " ", .bold), (words + "  " + (node.part.map(Progress.words) ?? ""), .plain),
            (node.isSick ? "SICK" : "", Style(colour: .red, isBold: true)),
        ])
    }

    /// Nodes with their slots and GPUs; at most about `most` lines, GPUs and then slots left out where these are more.
    static func nodes(_ model: WatchModel, width: Int, most: Int = .max) -> [Line] {
        let slots = model.nodes.reduce(0) { $0 + $1.running.count }
        let gpus = model.nodes.reduce(0) { $0 + $1.gpus.count }
        let hasSlots = model.nodes.count + slots <= most
        let hasGPUs = model.nodes.count + slots + gpus <= most
        var lines: [Line] = []
        for node in model.nodes {
            lines.append(self.node(node))
            if hasSlots { lines += node.running.map { slot(model, $0) } }
            if hasGPUs { lines += node.gpus.map(gpu) }
        }
        return lines.isEmpty ? [Line("nothing has run yet", .dim)] : lines
    }

    private static func slot(_ model: WatchModel, _ place: Int) -> Line {
        let job = model.jobs[place]
        let slot = job.attempts.last?.slot.map { "slot \($0)" } ?? "slot -"
        let stages = Progress.stages(of: job.index, model.forecast, in: model.stages).joined(separator: ", ")
        return Line([
            ("   \(left(slot, 8)) ", .dim), (left(WatchScreen.middle(job.id.visible, 24), 24) + "  ", .plain),
            (stages, Style(colour: .cyan)),
        ])
    }

    private static func gpu(_ gpu: GPUUse) -> Line {
        var words = [left(gpu.id, 12), right(gpu.utilization.map { "\($0)%" } ?? "-", 5)]
        words.append(WatchRow.size(gpu.used) + (gpu.total.map { " of \(ByteCount($0))" } ?? ""))
        if let power = gpu.power { words.append("\(power / 1000) W") }
        if let temperature = gpu.temperature { words.append("\(temperature) C") }
        return Line("   " + words.joined(separator: "  "), .dim)
    }

    /// `  3x failed in stage 'one', exit code 7: no good`.
    static func failure(_ group: FailureGroup) -> Line {
        let isOOM = group.signature.outcome == .oomHost || group.signature.outcome == .oomGPU
        return Line([
            (right("\(group.failures.count)x", 5) + " ", .bold),
            (isOOM ? "OOM " : "", Style(colour: .red, isBold: true)), (group.signature.text, Style(colour: .red)),
        ])
    }

    /// Failures by what they have in common, with where and which.
    static func failures(_ model: WatchModel, width: Int) -> [Line] {
        model.failures.flatMap { group -> [Line] in
            let nodes = group.nodes.prefix(4).map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
            let jobs = group.failures.prefix(3).map(\.job).joined(separator: ", ")
            let more = group.failures.count > 3 ? ", ..." : ""
            return [failure(group), Line("      on \(nodes): \(jobs)\(more)", .dim)]
        }
    }

    /// Padded to so many columns, or cut.
    static func left(_ text: String, _ width: Int) -> String {
        let fitting = Columns.fit(text.visible, width)
        return fitting + String(repeating: " ", count: max(0, width - Columns.width(of: fitting)))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Columns.width(of: text))) + text
    }
}
