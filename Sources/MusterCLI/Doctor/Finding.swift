import MusterCore
import MusterSlurm

/// What a check came to.
struct Finding: Equatable, Sendable {
    enum Status: String, Sendable { case ok, warning, wrong, skipped }

    /// What was looked at; nil where the check's own name says it.
    var name: String?
    var status: Status
    /// What came back, in a line.
    var result: String
    /// What to type or to change; nil where all is well.
    var cure: String?

    static func ok(_ result: String) -> Finding { Finding(status: .ok, result: result) }
    static func warning(_ result: String, cure: String) -> Finding {
        Finding(status: .warning, result: result, cure: cure)
    }
    static func wrong(_ result: String, cure: String) -> Finding {
        Finding(status: .wrong, result: result, cure: cure)
    }
    static func skipped(_ result: String, cure: String? = nil) -> Finding {
        Finding(status: .skipped, result: result, cure: cure)
    }

    func named(_ name: String) -> Finding {
        var copy = self
        copy.name = name
        return copy
    }

    /// Whether what builds on it can be looked at.
    var isUsable: Bool { status == .ok || status == .warning }

    /// What an error of a check's own commands amounts to.
    init(_ error: any Error) {
        switch error {
        case let error as HostError:
            self = .wrong(error.message, cure: error.hint ?? "try again; if it stays, ask the site's support")
        case let failure as SlurmFailure:
            let said = failure.lines.isEmpty ? "it printed nothing" : failure.lines.suffix(3).joined(separator: "; ")
            self = .wrong("\(failure.program): \(said)", cure: failure.hint)
        default:
            // Mistakes of templates and options have their place in the text.
            let text = ExitStatus(error)?.text ?? "\(error)"
            self = .wrong(
                text.hasPrefix("error: ") ? String(text.dropFirst(7)) : text,
                cure: "put that right and try again; if it stays, ask the site's support")
        }
    }

    init(name: String? = nil, status: Status, result: String, cure: String? = nil) {
        self.name = name
        self.status = status
        self.result = result
        self.cure = cure
    }

    /// `ok       WHAT: RESULT`, and the cure below; further lines stand under the first.
    func text(of check: String) -> String {
        let pad = String(repeating: " ", count: 9 - status.rawValue.count)
        let lines = "\(name ?? check): \(result)" + (cure.map { "\n  \($0)" } ?? "")
        return status.rawValue + pad + lines.split(separator: "\n").joined(separator: "\n         ")
    }
}

/// A check with what it found.
struct Told: Equatable, Sendable {
    var check: String
    var finding: Finding

    var json: JSON {
        .object([
            "name": .string(finding.name ?? check), "status": .string(finding.status.rawValue),
            "result": .string(finding.result), "cure": finding.cure.map(JSON.string) ?? .null,
        ])
    }
}
