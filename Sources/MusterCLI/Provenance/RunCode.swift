import Foundation
import MusterCluster
import MusterConfig
import MusterCore
import MusterHistory
import MusterProvenance

/// The code of a run, read on the machine that runs it, when it is submitted.
struct RunCode {
    /// A program's file, and where its code comes from.
    struct Program {
        var stage: String, path: String
        var source: WorkflowSource
    }

    var programs: [Program] = []
    /// All files that commands name, and the folders that stages work in.
    var named = ProgramFiles()
    /// The run's workflow: the only program, or all of them together.
    var workflow: WorkflowEntry
    /// What people are told.
    var warnings: [String] = []

    /// The most files that are looked at.
    private static let most = 16

    /// Reads it. A host that can't answer is a warning; code that is not committed is one too, or refused.
    static func read(_ loaded: LoadedConfig, on site: Site) async throws -> RunCode {
        let stages = loaded.spec.pipeline.stages.map { $0.on(loaded.cluster.name) }
        let variables = ProcessInfo.processInfo.environment
        let host = loaded.cluster.host == nil ? ClientIdentity.host : site.host.name
        var programs: [Program] = []
        var named = ProgramFiles()
        var warnings: [String] = []
        // On another machine the variables of this one say nothing of its code.
        let environment = loaded.cluster.host == nil ? variables : [:]
        do {
            named = try await ProgramFiles.find(stages, on: site.host)
            for file in named.files where !file.isSystem && programs.count < most {
                guard !programs.contains(where: { $0.path == file.real }) else { continue }
                let source = try await source(file.real, host: host, environment: environment, site)
                warnings += source.warnings.filter { !warnings.contains($0) }
                programs.append(Program(stage: stages[file.stage].name, path: file.real, source: source))
            }
        } catch let error as HostError {
            warnings.append("the programs' code can't be looked at on \(site.host.name): \(error.message)")
        }
        let source = try await whole(programs, loaded, stages)
        let policy = (loaded.spec.provenance.dirty == .refuse ? DirtyPolicy.refuse : .warn).with(environment: variables)
        if policy == .refuse, let dirty = programs.first(where: { !$0.source.changed.isEmpty }) {
            throw ExitStatus.usage(
                "on \(site.host.name), \(DirtyRefused(root: dirty.source.root ?? "", paths: dirty.source.changed))\n"
                    + "  the config says: provenance: {dirty: refuse}")
        }
        return RunCode(
            programs: programs, named: named,
            workflow: WorkflowEntry(name: loaded.spec.name, type: "Pipeline", source: source),
            warnings: warnings)
    }

    private static func source(
        _ path: String, host: String, environment: [String: String], _ site: Site
    ) async throws -> WorkflowSource {
        let quoted = ShellWord.quote(path)
        let isNotebook = Notebook.isNotebook(path)
        let answer = try await site.host.run(
            isNotebook
                ? "cat -- \(quoted)"
                : "s=$(wc -c < \(quoted)); if [ \"$s\" -le 16777216 ]; then cat -- \(quoted); else sha256sum -- \(quoted); fi"
        )
        let hash =
            isNotebook ? Notebook.hash(answer.output) ?? GitBlob.hash(answer.output) : GitBlob.hash(answer.output)
        let evidence = SourceEvidence(
            environment: environment, path: path, host: host, contentHash: answer.status == 0 ? hash : nil,
            git: try await CodeEvidence.git(path, on: site.host))
        do {
            return try SourceDetection.detect(evidence, date: CodeEvidence.date)
        } catch {
            guard case .noRepository = error else { throw error }
            return try SourceDetection.plainFile(evidence)
        }
    }

    /// The only program's source; of several the first one's address with a checksum over all; of none the commands', whose
    /// code is the config.
    private static func whole(
        _ programs: [Program], _ loaded: LoadedConfig, _ stages: [StageSpec]
    ) async throws -> WorkflowSource {
        guard var source = programs.first(where: { $0.source.root != nil })?.source ?? programs.first?.source else {
            let config = try await CodeEvidence.local(Places.absolute(loaded.spec.file), environment: [:])
            let commands = JSON.array(stages.map { .array([.string($0.name), $0.command.json]) }).line
            var source =
                (try? SourceDetection.detect(config, date: CodeEvidence.date))
                ?? WorkflowSource(url: "file://\(ClientIdentity.host)\(Places.absolute(loaded.spec.file))")
            source.checksum = GitBlob.hash(Array(commands.utf8))
            return source
        }
        if programs.count > 1 {
            let list = programs.map { "\($0.source.checksum ?? "") \(URL(filePath: $0.path).lastPathComponent)\n" }
                .sorted()
            source.checksum = GitBlob.hash(Array(list.joined().utf8))
            source.changed = programs.flatMap(\.source.changed)
        }
        return source
    }

    /// What agents compare the programs with when they begin: the files as they are now, of those that were copied the copies.
    func watched(_ stages: [StageSpec], copies: [CodeCopy], on host: any MusterCore.Host) async throws -> CodeFiles {
        var files: [(path: String, stages: [String])] = []
        for file in named.files where programs.contains(where: { $0.path == file.real }) {
            let path = copies.lazy.compactMap { $0.place(of: file.real) }.first ?? file.path
            let stage = stages[file.stage].name
            if let known = files.firstIndex(where: { $0.path == path }) {
                if !files[known].stages.contains(stage) { files[known].stages.append(stage) }
            } else {
                files.append((path, [stage]))
            }
        }
        let looks = try await ProgramFiles.looks(files.map(\.path), on: host)
        var code = CodeFiles(
            files: files.compactMap { file in
                looks[file.path].map {
                    CodeFiles.File(path: file.path, stages: file.stages, look: $0.0, sha256: $0.1)
                }
            })
        for source in programs.map(\.source) {
            guard let root = source.root, !code.repositories.contains(where: { $0.root == root }) else { continue }
            code.repositories.append(.init(root: root, commit: source.commit, changed: source.changed.count))
        }
        return code
    }

    /// What the run's registration keeps of it.
    func details(_ id: String, config: String) -> [JSON.Member] {
        let lines = FileManager.default.contents(atPath: config).map { ConfigLines.find(Array($0)) } ?? [:]
        let code = programs.map { program in
            JSON.object([
                "stage": .string(program.stage), "path": .string(program.path), "url": .string(program.source.url),
                "checksum": program.source.checksum.map(JSON.string),
                "version": program.source.version.map(JSON.string),
                "commit": program.source.commit.map(JSON.string),
                "changed": program.source.changed.isEmpty ? nil : .strings(program.source.changed.prefix(100)),
            ])
        }
        return [
            .init("workflow", .string(id)), .init("code", .array(code)), .init("user", .string(ClientIdentity.user)),
            .init("argv", .strings(Secrets.redacted(CommandLine.arguments))),
            .init("lines", .object(lines.sorted { $0.key < $1.key }.map { .init($0.key, .int($0.value)) })),
        ]
    }
}
