import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// Looks for what made a content.
struct Whence {
    let history: History

    /// What is known of a content.
    struct Findings {
        var content: AssetUse
        /// Who made it, and who read it.
        var makers: [AssetUseRecord] = [], readers: [AssetUseRecord] = []
        /// The job in whose results it lies or was found, with the name there, where nobody recorded it.
        var place: (ResultPlace, path: String)?

        var isEmpty: Bool { makers.isEmpty && readers.isEmpty && place == nil }
    }

    func find(_ content: AssetUse) throws -> Findings {
        let uses = try history.assetUses(ofContent: content.sha256)
        var findings = Findings(content: content)
        findings.makers = uses.filter { $0.role == .output }
        findings.readers = uses.filter { $0.role == .input }
        guard findings.makers.isEmpty else { return findings }
        if let place = try ResultPlace.find(content.path, history) {
            findings.place = (place, content.path)
        } else if content.type == "file", let (place, path) = try search(content) {
            findings.place = (place, path)
        }
        // What was found by looking is found at once the next time, also when the result is gone.
        if let (place, path) = findings.place {
            var use = content
            use.path = path
            try? history.recordAssets(of: place.execution, .output, [use], at: .now)
        }
        return findings
    }

    /// A file of the same size and content in the results of runs that lie on this machine, the latest runs first.
    private func search(_ content: AssetUse) throws -> (ResultPlace, String)? {
        var seen: Set<String> = []
        for run in try history.runs() {
            for job in try history.jobs(of: run.run) where !job.output.isEmpty {
                var folders = [job.output]
                if let home = run.home, let root = run.outputRoot, job.output.hasPrefix("\(root)/") {
                    folders.append(home + job.output.dropFirst(root.count))
                }
                for folder in folders where seen.insert(folder).inserted {
                    for name in (try? FileSums.files(in: folder)) ?? [] {
                        guard FileSums.size(of: "\(folder)/\(name)") == content.size,
                            try FileSums.file("\(folder)/\(name)").sha256 == content.sha256
                        else { continue }
                        let place = ResultPlace(run: run.run, job: job.id)
                        return (try ResultPlace.find("\(folder)/\(name)", history) ?? place, "\(folder)/\(name)")
                    }
                }
            }
        }
        return nil
    }
}

extension Whence.Findings {
    /// The executions that made it.
    private var made: [String] {
        var ids: [String] = []
        for id in makers.map(\.execution) + (place.map { [$0.0.execution] } ?? []) where !ids.contains(id) {
            ids.append(id)
        }
        return ids
    }

    func lines(_ history: History) throws -> [String] {
        var lines: [String] = []
        for id in made {
            let name = makers.first { $0.execution == id }?.path ?? place?.path ?? ""
            lines.append("made by \(id)" + (name == content.path ? "" : " as \(name)"))
            if let record = try? history.execution(id) {
                lines += try ExecutionText(history: history).lines(record).map { "  \($0)" }
            } else {
                lines.append("  the history has no more of it")
            }
        }
        for use in readers { lines.append("read by \(use.execution) as \(use.path)") }
        if lines.isEmpty {
            lines = ["nothing is known of it: no execution recorded this content, and no result of a run has it"]
        } else if made.isEmpty {
            lines.append("what made it is not known")
        }
        return lines
    }

    func json(_ history: History) throws -> JSON {
        let makers = try made.map { id -> JSON in
            guard let record = try? history.execution(id) else { return .object(["id": .string(id)]) }
            var members = record.json.members ?? []
            if let workflow = record.workflow.flatMap({ try? history.workflow($0) }) {
                members.append(.init("code", workflow.json))
            }
            let uses = try history.assetUses(of: id) + history.datasetUses(ofRunOf: id)
            members.append(.init("uses", .array(uses.map(\.json))))
            members.append(.init("lines", .strings(try ExecutionText(history: history).lines(record))))
            return .object(members)
        }
        return .object([
            "schema": 1, "sha256": .string(content.sha256), "size": .int(content.size), "made_by": .array(makers),
            "read_by": .array(readers.map(\.json)),
        ])
    }
}
