import ArgumentParser
import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

struct ExecutionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execution", abstract: "Look at what ran: programs, runs and their jobs.",
        discussion:
            "An execution is named by RUN, RUN/JOB, or the id that 'muster exec' gave, or a unique beginning of it.",
        subcommands: [
            List.self, Show.self, Describe.self, Restore.self, Abort.self, Recover.self, LineageOf.self,
        ], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List executions, the latest first.",
            discussion: "--problems lists those of which this machine's record and the history say different things.")
        @Argument(help: "Only the parts of this one: the jobs of a run, programs within a program.") var parent: String?
        @Flag(help: "Only what a person must decide.") var problems = false
        @Option(help: "Only those that stand so: Created, Running, Stopped, Failed, Pending_Upload, Uploaded, Aborted.")
        var status: String?
        @OptionGroup var form: FormOptions
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            if let status, !ExecutionStatus.allCases.contains(where: { $0.rawValue == status }) {
                let words = ExecutionStatus.allCases.map(\.rawValue)
                let near = Suggestion.nearest(to: status, in: words).map { "; did you mean '\($0)'?" } ?? ""
                throw ExitStatus.usage("--status '\(status)' is none of \(words.joined(separator: ", "))\(near)")
            }
            if problems { return try ExecutionProblems.list(json: json) }
            let history = try RunRecord.openHistory()
            var all =
                try parent.map { try history.executions(within: history.execution($0).id) } ?? history.executions()
            if let status { all.removeAll { $0.status != status } }
            if json {
                return Terminal.print(
                    JSON.object(["schema": 1, "executions": .array(all.map(\.json))]).line)
            }
            let names = ["execution", "kind", "status", "started", "took", "workflow", "description"]
            let rows = all.map { record -> [JSON] in
                let started = (record.started ?? record.created).map { JSON.string("\($0)") } ?? .null
                return [
                    .string(record.id), .string(record.kind.rawValue), .string(record.status), started,
                    record.duration.map { .string(ExecutionText.took($0)) } ?? .null,
                    record.workflow.map(JSON.string) ?? .null, .string(record.description),
                ]
            }
            let isTable = !form.csv && !form.jsonl
            form.print(QueryResult(columns: isTable ? names.map { $0.uppercased() } : names, rows: rows))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one execution, with all that is kept of it.")
        @Argument(help: "The execution.") var id: String
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let record = try history.execution(id)
            let folder = ExecutionFolder(id: record.id)
            if json {
                let more: [JSON.Member] = [
                    .init("schema", 1), .init("execution", record.json),
                    .init("workflow", (try? record.workflow.map { try history.workflow($0).json }) ?? .null),
                    .init("uses", .array(try history.assetUses(of: record.id).map(\.json))),
                    .init("parts", .array(try history.executions(within: record.id).map { .string($0.id) })),
                    .init("kept", .strings(folder.files.map { "\(folder.path)/\($0)" })),
                ]
                return Terminal.print(JSON.object(more).line)
            }
            Terminal.print(record.id)
            for line in try ExecutionText(history: history).lines(record) { Terminal.print("  " + line.visible) }
            if !folder.files.isEmpty {
                Terminal.print("  kept in \(folder.path): \(folder.files.joined(separator: ", "))")
            }
            let parts = try history.executions(within: record.id)
            if !parts.isEmpty { Terminal.print("  parts: \(parts.count); muster execution list \(record.id)") }
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say what an execution was for; also a run or a job.")
        @Argument(help: "The execution.") var id: String
        @Argument(help: "What it was for.") var text: String

        func run() throws {
            let history = try RunRecord.openHistory()
            try history.tell([.executionDescribed(id: history.execution(id).id, text)], at: .now)
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put back what an execution was started with, and say how to start it again.",
            discussion:
                "What it read comes from the store, with the names that it had below its folder. Nothing is started, and nothing is written to the history."
        )
        @Argument(help: "The execution; may be left out when there is exactly one.") var id: String?
        @Option(help: "The folder that it is put into; it must not hold files of these names.") var to: String?

        @Flag(help: "Also what it made, from the store.") var outputs = false

        func run() async throws { try await ExecutionRestore.restore(id, to: to, outputs: outputs) }
    }

    struct Abort: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an execution up; its program is asked to end when it runs on this machine.")
        @Argument(help: "The execution of a program.") var id: String

        func run() throws { try ExecutionAbort.abort(id) }
    }

    struct Recover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Record the outputs of a program whose muster died, or whose outputs could not be recorded or kept.")
        @Argument(help: "The execution of a program.") var id: String

        @Option(help: "Send what is kept to this place, and not to the one that was named first.") var push: String?
        @Flag(help: "Record outputs alone, and give up what could not be kept.") var noKeep = false

        func run() async throws {
            var place: String?
            if let push { place = try await StorePlace.settled(push) }
            try await ExecutionAbort.recover(id, push: place, keeps: !noKeep)
        }
    }

    struct LineageOf: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lineage", abstract: "Show what something was made from, and what was made from it.")
        @Argument(help: "A file or folder, an execution, or the beginning of a SHA-256.") var name: String
        @Flag(help: "Only what it was made from.") var back = false
        @Flag(help: "Only what was made from it.") var forth = false
        @Flag(help: "Print a picture in Graphviz' language.") var dot = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            guard !(back && forth) else {
                throw ExitStatus.usage("--back and --forth exclude each other; leave both out for both")
            }
            let history = try RunRecord.openHistory()
            var source = LineageSource(history)
            let start = try source.node(name)
            let lineage = try Lineage.walk(from: start, back ? .back : forth ? .forth : .both) { try source.uses($0) }
            Terminal.print(try LineageText(lineage: lineage, history: history).text(dot: dot, json: json))
        }
    }
}
