import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// What is kept at home of a run's code, and told of its inputs, when it is submitted.
enum RunProvenance {
    /// The run's workflow: the one that is known for this code, or a new one.
    static func workflow(_ code: RunCode, in history: History) throws -> String {
        if let known = try history.workflow(of: code.workflow.source) { return known.id }
        try history.tell([.workflowRegistered(code.workflow)], at: .now)
        return code.workflow.id
    }

    /// Keeps the differences to what is committed and what the programs' environments hold. What can't be had is a warning:
    /// the run goes on.
    static func keep(_ code: RunCode, _ loaded: LoadedConfig, run: String, on site: Site) async {
        let folder = ExecutionFolder(id: run)
        var roots: [String] = []
        for program in code.programs where !program.source.changed.isEmpty {
            if let root = program.source.root, !roots.contains(root) { roots.append(root) }
        }
        do {
            for (number, root) in roots.enumerated() {
                let difference = try await CodeEvidence.difference(root: root, on: site.host)
                try folder.write(number == 0 ? "code.diff" : "code-\(number).diff", difference)
            }
            let questions = EnvironmentLocks.questions(
                loaded.spec.pipeline.stages.map { $0.on(loaded.cluster.name).environment })
            if !questions.isEmpty {
                let answer = try await site.host.run(questions, input: [], timeout: 120)
                try folder.write("environment.txt", answer.output)
            }
            let local = EnvironmentRecord(ProcessInfo.processInfo.environment)
            try folder.write("environment.json", local.json(system: [], taken: .now).pretty + "\n")
        } catch {
            Terminal.complain("warning: not all is kept of the run's code: \(ExitStatus(error)?.text ?? "\(error)")")
        }
    }

    /// Takes the checksums of the scenes where they lie, and tells them as the jobs' inputs.
    static func inputs(_ rows: [JobRow], run: String, history: History, on site: Site) async {
        let jobs = rows.filter { $0.stages == nil }
        let paths = Set(jobs.map(\.scene.path)).filter { $0.hasPrefix("/") }.sorted()
        do {
            var known: [String: [AssetUse]] = [:]
            for path in paths { known[path] = try await sums(path, on: site.host) }
            for job in jobs {
                try history.recordAssets(of: "\(run)/\(job.id)", .input, known[job.scene.path] ?? [], at: .now)
            }
        } catch {
            Terminal.complain(
                "warning: the checksums of inputs were not recorded: \(ExitStatus(error)?.text ?? "\(error)")")
        }
    }

    /// A scene's files, and of a folder its own sum: as ``FileSums/uses(at:)`` has them.
    private static func sums(_ path: String, on host: any MusterCore.Host) async throws -> [AssetUse] {
        let quoted = ShellWord.quote(path)
        // From its input sha256sum writes no name, which it would change where it holds a newline or a backslash.
        let script = """
            if [ -d \(quoted) ]; then cd -- \(quoted) && LC_ALL=C find . -type f -printf '%s %P\\0' | sort -z -k 2 |
                while IFS= read -r -d '' line; do s=${line%% *}; n=${line#* }; \
            printf '%s %s %s\\0' "$(sha256sum < "./$n" | cut -c 1-64)" "$s" "$n"; done
            else printf '%s %s \\0' "$(sha256sum < \(quoted) | cut -c 1-64)" "$(stat -L -c %s -- \(quoted))"; fi
            """
        let answer = try await host.run("exec bash -c \(ShellWord.quote(script))", input: [], timeout: 3600)
        guard answer.status == 0 else {
            throw HostError(.command, "cannot read \(path) on \(host.name): \(answer.errorText)")
        }
        var uses: [(name: String, use: AssetUse)] = []
        for field in answer.output.split(separator: 0) {
            let parts = String(decoding: field, as: UTF8.self).split(
                separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count == 64, let size = Int64(parts[1]) else { continue }
            let name = String(parts[2])
            uses.append(
                (name, AssetUse(sha256: String(parts[0]), size: size, path: name.isEmpty ? path : "\(path)/\(name)")))
        }
        if let only = uses.first, only.name.isEmpty { return [only.use] }
        return folder(path, uses)
    }

    /// A folder by its own sum, and its files, which have their names below it.
    static func folder(_ path: String, _ files: [(name: String, use: AssetUse)]) -> [AssetUse] {
        let files = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let list = files.map { "\($0.use.sha256)  \($0.name)\n" }.joined()
        let whole = AssetUse(
            sha256: SHA256.hex(Array(list.utf8)), size: files.reduce(0) { $0 + $1.use.size }, path: path,
            type: "folder", metadata: [.init("files", .int(files.count))])
        return [whole] + files.map(\.use)
    }
}
