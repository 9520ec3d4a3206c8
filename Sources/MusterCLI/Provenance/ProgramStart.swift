import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// What `muster exec` is to start, looked at and found right; nothing is written yet.
struct ProgramStart {
    var command: [String]
    /// Absolute paths.
    var inputs: [String], outputs: [String]
    var workflow: WorkflowEntry
    /// The workflow's id, and whether the catalog has it.
    var workflowID: String, isRegistered: Bool
    var description: String
    /// The file whose code it is; nil where there is none.
    var script: String?
    var environment: [String: String]
    /// What of its files comes into the store.
    var keeping = Keeping()

    /// Options that people may give.
    struct Options {
        var inputs: [String] = [], outputs: [String] = []
        var workflow: String?, name: String?, type: String?
        var description = "", allowDirty = false
        /// What a config says of code that is not committed.
        var dirty = DirtyPolicy.warn
        /// What of its files comes into the store.
        var keeping = Keeping()
    }

    /// Looks at everything, and says what is wrong before anything is started.
    static func look(
        _ command: [String], _ options: Options, environment: [String: String], catalog: Catalog
    ) async throws -> ProgramStart {
        let missing = options.inputs.filter { !FileManager.default.fileExists(atPath: Places.absolute($0)) }
        guard missing.isEmpty else {
            throw ExitStatus.usage(
                "there is no '\(missing.joined(separator: "', no '"))', which --in names; nothing was started")
        }
        let outputs = options.outputs.map { Places.absolute($0) }
        let script = try script(command, options, environment: environment)
        let evidence = try await CodeEvidence.local(script, environment: environment)
        let data = options.inputs.map { Places.absolute($0) } + outputs
        let source = try source(evidence, options, data: data.filter { $0 != script })
        let added = try catalog.history?.workflowTypes().map(\.name) ?? []
        let kind = source.isNotebook ? "Notebook" : WorkflowTypes.standard
        guard let type = WorkflowTypes.find(options.type ?? kind, added: added) else {
            throw ExitStatus.usage(
                UnknownType(word: options.type ?? "", known: WorkflowTypes.known.map(\.name) + added).description)
        }
        let name = options.name ?? script.map { URL(filePath: $0).lastPathComponent } ?? command[0]
        let known = try catalog.history?.workflow(of: source)
        return ProgramStart(
            command: command, inputs: options.inputs.map { Places.absolute($0) }, outputs: outputs,
            workflow: WorkflowEntry(name: name, type: type, source: source),
            workflowID: known?.id ?? WorkflowEntry.id(of: source.key),
            isRegistered: known != nil, description: options.description, script: script, environment: environment,
            keeping: options.keeping)
    }

    /// Where the code comes from. What nobody can find again is a warning, or refused where that is asked for.
    private static func source(
        _ evidence: SourceEvidence, _ options: Options, data: [String]
    ) throws -> WorkflowSource {
        let policy = options.dirty.with(environment: evidence.environment, allowed: options.allowDirty)
        let root = evidence.git.map { $0.root + "/" } ?? "/"
        // What the program reads and writes is known by its checksums, and is no change of its code.
        let own = data.filter { $0.hasPrefix(root) }.map { String($0.dropFirst(root.count)) }
        let rules = DirtyRules(environment: evidence.environment, also: own)
        let source: WorkflowSource
        do {
            source = try SourceDetection.detect(evidence, rules: rules, date: CodeEvidence.date)
        } catch {
            guard case .noRepository(let path) = error, policy == .warn || isSystem(path) else {
                throw ExitStatus.usage("\(error)")
            }
            source = try SourceDetection.plainFile(evidence)
            if isSystem(path) { return source }
        }
        if policy == .refuse, !source.changed.isEmpty {
            throw ExitStatus.usage(DirtyRefused(root: source.root ?? "", paths: source.changed).description)
        }
        for warning in source.warnings { Terminal.complain("warning: \(warning)") }
        return source
    }

    /// Programs of the machine itself are in no repository, and nobody expects it.
    private static func isSystem(_ path: String) -> Bool {
        ["/bin/", "/sbin/", "/usr/", "/lib/", "/opt/"].contains { path.hasPrefix($0) }
    }

    /// The file whose code runs: the named one; else the first word that is a file and not an input or output; else the
    /// program that the shell finds.
    private static func script(
        _ command: [String], _ options: Options, environment: [String: String]
    ) throws -> String? {
        if let named = options.workflow {
            let path = Places.absolute(named)
            guard isFile(path) else { throw ExitStatus.usage("there is no file '\(named)', which --workflow names") }
            return path
        }
        let data = Set((options.inputs + options.outputs).map { Places.absolute($0) })
        let words = (command[0].contains("/") ? command[...] : command.dropFirst())
        if let word = words.lazy.map({ Places.absolute($0) }).first(where: { isFile($0) && !data.contains($0) }) {
            return word
        }
        let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let program = folders.lazy.map { "\($0)/\(command[0])" }.first { access($0, X_OK) == 0 && isFile($0) }
        guard let program else {
            throw ExitStatus(
                code: 127,
                text: "error: there is no program '\(command[0])' in PATH and no such file; nothing was started")
        }
        return program
    }

    private static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}
