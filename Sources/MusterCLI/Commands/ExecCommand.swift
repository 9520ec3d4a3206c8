import ArgumentParser
import Foundation
import MusterCore
import MusterProvenance

struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a program, and record what it was made of and what it made.",
        usage: "muster exec [--in PATH]... [--out PATH]... [options] -- PROGRAM [ARGUMENT]...",
        discussion: """
            The program has this terminal, these descriptors and this exit status; signals reach it. Its code is found in \
            git, inputs are hashed before it starts, outputs when it has ended well. See 'muster whence FILE' and \
            'muster execution lineage'.
            """)
    @Option(name: .customLong("in"), help: "A file or folder that it reads; may be repeated.") var inputs: [String] = []
    @Option(name: .customLong("out"), help: "A file or folder that it makes; may be repeated.") var outputs: [String] =
        []
    @Option(
        help: "The file whose code it is, where that is not the first word that is a file and neither input nor output."
    )
    var workflow: String?
    @Option(help: "What the workflow is called, when it is new; its file's name without.") var name: String?
    @Option(help: "The workflow's type, when it is new: Script, Figure ...: see 'muster workflow types'.")
    var type: String?
    @Option(help: "What this execution is for.") var description = ""
    @Option(
        help:
            "The config whose 'provenance: {dirty: ...}' holds; without it that of a sweep.yaml in this folder. MUSTER_DIRTY counts before."
    )
    var config: String?
    @Flag(help: "Code that is not committed is only warned of, also where MUSTER_DIRTY or the config says refuse.")
    var allowDirty = false
    @Flag(
        inversion: .prefixedNo,
        help: "Put what it reads, its code and what it makes into the store, whatever the config's 'keep' says.")
    var keep: Bool?
    @Option(help: "Besides, send what is kept to this place when it has ended well: see 'muster store push'.")
    var push: String?
    @Argument(parsing: .postTerminator, help: "The program and its arguments.") var command: [String] = []

    func run() async throws {
        guard !command.isEmpty else {
            throw ExitStatus.usage(
                "no program is named; put it behind --, as in: muster exec --in a.csv -- python3 plot.py a.csv")
        }
        var options = ProgramStart.Options()
        (options.inputs, options.outputs) = (inputs, outputs)
        (options.workflow, options.name, options.type) = (workflow, name, type)
        (options.description, options.allowDirty) = (description, allowDirty)
        let policy = try policy()
        options.dirty = policy.dirty == .refuse ? .refuse : .warn
        options.keeping.policy = keep.map { $0 ? .all : .none } ?? policy.keep
        if let push {
            guard options.keeping.policy != .none else {
                throw ExitStatus.usage("--push sends what is kept, and nothing is: add --keep")
            }
            options.keeping.push = try await StorePlace.settled(push)
        }
        Reconciling.flushAll()
        let catalog = Catalog()
        let start = try await ProgramStart.look(
            command, options, environment: ProcessInfo.processInfo.environment, catalog: catalog)
        Child.leave(try await ProgramExecution(start, catalog: catalog).run())
    }

    /// What a config says of code that is not committed, and of contents to keep. One that is there by chance and can't be read
    /// keeps nothing from running.
    private func policy() throws -> ProvenancePolicy {
        let usual = "sweep.yaml"
        guard config != nil || FileManager.default.fileExists(atPath: usual) else { return ProvenancePolicy() }
        do {
            return try LoadedConfig.provenance(of: config ?? usual)
        } catch {
            if config != nil { throw error }
            Terminal.complain("warning: what \(usual) says of code that is not committed is not known: it has mistakes")
            return ProvenancePolicy()
        }
    }
}
