import ArgumentParser
import MusterCore
import MusterHistory
import MusterProvenance

struct WorkflowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow", abstract: "Look at the code that ran.",
        discussion: "A workflow is named by its id, a unique beginning of it, or its name where only one has it.",
        subcommands: [List.self, Show.self, Describe.self, Types.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List workflows, the latest first.")
        @OptionGroup var form: FormOptions
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let all = try RunRecord.openHistory().workflows()
            if json {
                return Terminal.print(JSON.object(["schema": 1, "workflows": .array(all.map(\.json))]).line)
            }
            let names = ["workflow", "name", "type", "version", "url"]
            let rows = all.map { record -> [JSON] in
                [
                    .string(record.id), .string(record.entry.name), .string(record.entry.type),
                    record.entry.source.version.map(JSON.string) ?? .null, .string(record.entry.source.url),
                ]
            }
            let isTable = !form.csv && !form.jsonl
            form.print(QueryResult(columns: isTable ? names.map { $0.uppercased() } : names, rows: rows))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a workflow and what ran it.")
        @Argument(help: "The workflow.") var name: String
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let record = try history.workflow(name)
            let executions = try history.executions().filter { $0.workflow == record.id }
            if json {
                return Terminal.print(
                    JSON.object([
                        "schema": 1, "workflow": record.json, "executions": .strings(executions.map(\.id)),
                    ]).line)
            }
            let source = record.entry.source
            Terminal.print("\(record.id)  \(record.entry.name) (\(record.entry.type))")
            let rows = [
                ("description", record.entry.description), ("url", source.url), ("checksum", source.checksum ?? ""),
                ("version", source.version ?? ""), ("commit", source.commit ?? ""),
                ("notebook", source.isNotebook ? "yes" : ""),
                ("registered", record.registered.map { "\($0)" } ?? ""),
            ]
            for (name, value) in rows where !value.isEmpty { Terminal.print("  \(name): \(value.visible)") }
            for execution in executions {
                Terminal.print("  \(execution.id)  \(execution.status)  \(execution.description.visible)")
            }
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a workflow's description or type; all else stays as it was registered.")
        @Argument(help: "The workflow.") var name: String
        @Argument(help: "What it does.") var text: String?
        @Option(help: "Its type: see 'muster workflow types'.") var type: String?

        func run() throws {
            guard text != nil || type != nil else {
                throw ExitStatus.usage("say what is to be changed: a description, --type TYPE, or both")
            }
            let history = try RunRecord.openHistory()
            let record = try history.workflow(name)
            let added = try history.workflowTypes().map(\.name)
            let word = try type.map { type in
                guard let word = WorkflowTypes.find(type, added: added) else {
                    throw ExitStatus.usage(
                        UnknownType(word: type, known: WorkflowTypes.known.map(\.name) + added).description)
                }
                return word
            }
            try history.tell([.workflowChanged(id: record.id, description: text, type: word)], at: .now)
        }
    }

    struct Types: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the types that workflows may have, or add one.")
        @Option(help: "A new type.") var add: String?
        @Option(help: "What the new type means.") var description: String?

        func run() throws {
            let history = try RunRecord.openHistory()
            let added = try history.workflowTypes()
            if let add {
                guard let description, !description.isEmpty else {
                    throw ExitStatus.usage("say what '\(add)' means: --description 'WHAT IT MEANS'")
                }
                guard !add.isEmpty, add.allSatisfy({ $0.isLetter || $0.isNumber || "-_ ".contains($0) }) else {
                    throw ExitStatus.usage("'\(add)' is no name of letters, digits, blanks, '-' and '_'")
                }
                if let known = WorkflowTypes.find(add, added: added.map(\.name)) {
                    throw ExitStatus.usage("there is the type '\(known)' already")
                }
                return try history.tell([.termAdded(name: add, description: description)], at: .now)
            }
            var table = Table(header: ["TYPE", "MEANING"])
            table.rows = (WorkflowTypes.known + added).map { [$0.name, $0.meaning] }
            Terminal.print(table.text)
        }
    }
}
