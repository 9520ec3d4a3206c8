import MusterCore
import MusterSlurm

/// What one check of a config found.
struct Obstacle {
    /// What was looked at, one word.
    var check: String
    /// How it went, what was found, and what to do about it; empty where there is nothing to do.
    var verdict: Finding.Status
    var found: String
    var cure = ""
    /// The exit status that it asks for where it is wrong.
    var code: Int32 = 1

    /// All is well.
    static func ok(_ check: String, _ found: String) -> Obstacle { Obstacle(check: check, verdict: .ok, found: found) }

    /// A run can go well all the same.
    static func warning(_ check: String, _ found: String, _ cure: String) -> Obstacle {
        Obstacle(check: check, verdict: .warning, found: found, cure: cure)
    }

    /// A run cannot go well.
    static func wrong(_ check: String, _ found: String, _ cure: String, code: Int32 = 1) -> Obstacle {
        Obstacle(check: check, verdict: .wrong, found: found, cure: cure, code: code)
    }

    /// What an error amounts to: a finding for each mistake of a file, else one.
    static func wrong(_ check: String, _ error: any Error) -> [Obstacle] {
        if let status = error as? ExitStatus, !status.diagnostics.isEmpty {
            return status.diagnostics.map { mistake in
                Obstacle(
                    check: check, verdict: mistake.severity == .error ? .wrong : .warning,
                    found: "\(mistake.location): \(mistake.message)",
                    cure: (mistake.hint ?? "").split(separator: "\n").map(trimmed).joined(separator: "; "), code: 3)
            }
        }
        return [one(check, error)]
    }

    private static func one(_ check: String, _ error: any Error) -> Obstacle {
        switch error {
        case let error as HostError:
            return wrong(check, error.message, error.hint ?? "", code: ExitStatus(error)?.code ?? 1)
        case let failure as SlurmFailure:
            let said = failure.lines.suffix(4).joined(separator: "; ")
            return wrong(check, "\(failure.program): \(said)", failure.hint, code: 5)
        default:
            let status = ExitStatus(error) ?? ExitStatus(code: 1, text: "\(error)")
            let lines = (status.text ?? "").split(separator: "\n").map(trimmed).filter { !["", "^"].contains($0) }
            let first = lines.first ?? ""
            let found = first.hasPrefix("error: ") ? String(first.dropFirst(7)) : first
            return wrong(check, found, lines.dropFirst().joined(separator: "; "), code: status.code)
        }
    }

    private static func trimmed(_ line: Substring) -> String { String(line.drop(while: \.isWhitespace)) }

    /// `{"name","status","result","cure"}`, as of a doctor's check.
    var json: JSON {
        Told(check: check, finding: Finding(status: verdict, result: found, cure: cure.isEmpty ? nil : cure)).json
    }
}

extension [Obstacle] {
    /// 0 where nothing is wrong; else the status of the mistake that stands in the way of the others.
    var code: Int32 {
        let codes = filter { $0.verdict == .wrong }.map(\.code)
        return [3, 4, 5].first(where: codes.contains) ?? codes.first ?? 0
    }

    /// One line each.
    var text: String {
        let width = map(\.check.count).max() ?? 0
        return map { finding in
            let verdict = finding.verdict.rawValue + String(repeating: " ", count: 7 - finding.verdict.rawValue.count)
            let check = finding.check + String(repeating: " ", count: width - finding.check.count)
            return "\(verdict)  \(check)  \(finding.found)" + (finding.cure.isEmpty ? "" : "; \(finding.cure)")
        }.joined(separator: "\n")
    }

    /// All of them with their numbers.
    var json: JSON {
        .object([
            "schema": 1, "wrong": .int(count { $0.verdict == .wrong }),
            "warnings": .int(count { $0.verdict == .warning }), "checks": .array(map(\.json)),
        ])
    }
}
