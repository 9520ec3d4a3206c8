import Foundation
import MusterCore

/// One measured figure, beside what it is held against.
struct Figure {
    /// What a figure must reach.
    enum Goal {
        case atMost(Double), atLeast(Double)

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atMost(let limit): value <= limit
            case .atLeast(let limit): value >= limit
            }
        }

        var text: String {
            switch self {
            case .atMost(let limit): "<= \(Figure.short(limit))"
            case .atLeast(let limit): ">= \(Figure.short(limit))"
            }
        }
    }

    /// Short and stable: `jobs.10000`.
    var id: String
    /// In words, with its unit in ``unit``.
    var what: String
    var value: Double
    var unit: String
    /// A peer or a limit, measured in the same session: its name and its figure in the same unit.
    var peer: (name: String, value: Double)?
    /// About the ratio to the peer where there is one, else about the value.
    var goal: Goal?

    /// The figure as a part of the peer's.
    var ratio: Double? { peer.map { value / $0.value } }

    /// Whether the goal is reached; nil without a goal.
    var isMet: Bool? { goal.map { $0.isMet(by: ratio ?? value) } }

    /// Three digits that count.
    static func short(_ value: Double) -> String {
        let size = abs(value)
        if size >= 1000 { return String(Int(value.rounded())) }
        return String(format: size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value)
    }

    var json: JSON {
        .object([
            "id": .string(id), "what": .string(what), "value": .double(value), "unit": .string(unit),
            "peer": peer.map { .string($0.name) }, "peer_value": peer.map { .double($0.value) },
            "ratio": ratio.map { .double($0) }, "goal": goal.map { .string($0.text) },
            "met": isMet.map { .bool($0) },
        ])
    }
}

/// What a session measured: printed as it comes, written as JSON, compared with an earlier session.
struct Session {
    private(set) var figures: [Figure] = []
    private var earlier: [String: Double] = [:]

    /// `file` is of an earlier session; one that is not there is no error.
    init(comparedWith file: String?) {
        let text = file.flatMap { FileManager.default.contents(atPath: $0) }
        for figure in text.flatMap({ try? JSON(parsing: $0) })?["figures"]?.array ?? [] {
            if let id = figure["id"]?.string, let value = figure["ratio"]?.double ?? figure["value"]?.double {
                earlier[id] = value
            }
        }
    }

    /// Takes a figure in and prints its line.
    mutating func take(_ figure: Figure) {
        figures.append(figure)
        let against = figure.peer.map { "\($0.name): \(Figure.short($0.value))" } ?? ""
        var verdict = figure.goal?.text ?? ""
        if let isMet = figure.isMet { verdict += isMet ? "  met" : "  MISSED" }
        let counts = figure.ratio ?? figure.value
        if let before = earlier[figure.id], before > 0 {
            verdict += String(format: "  (%+.0f %% since the last)", (counts / before - 1) * 100)
        }
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        print(
            pad(figure.what, 52) + pad("\(Figure.short(figure.value)) \(figure.unit)", 16) + pad(against, 34)
                + pad(figure.ratio.map(Figure.short) ?? "", 8) + verdict)
        fflush(nil)
    }

    /// Says why something was not measured.
    func skip(_ what: String, _ why: String) { print("\(what): not measured, \(why)") }

    /// Goals that were not reached.
    var missed: [Figure] { figures.filter { $0.isMet == false } }

    func write(to path: String) throws {
        let machine = JSON.object([
            "cores": .int(Int64(ProcessInfo.processInfo.activeProcessorCount)),
            "memory_bytes": .int(Int64(ProcessInfo.processInfo.physicalMemory)),
            "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
        ])
        let json = JSON.object(["schema": 1, "machine": machine, "figures": .array(figures.map(\.json))])
        try Data((json.pretty + "\n").utf8).write(to: URL(filePath: path))
    }
}
