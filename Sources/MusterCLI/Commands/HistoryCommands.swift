import ArgumentParser
import MusterCore
import MusterHistory

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Look into the history of runs.",
        subcommands: [List.self, Show.self, Export.self, Rebuild.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all runs, the latest last.")
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let runs = try RunRecord.openHistory().runs()
            if json {
                Terminal.print(HistoryReport.list(runs).line)
                return
            }
            var table = Table(
                header: ["RUN", "CLUSTER", "STARTED", "JOBS", "SUCCEEDED", "FAILED", "OPEN"], right: [3, 4, 5, 6])
            for run in runs {
                table.rows.append([
                    run.run, run.cluster, run.started.map { "\($0)" } ?? "-", "\(run.jobCount)", "\(run.succeeded)",
                    "\(run.failed)", "\(run.running + run.waiting)",
                ])
            }
            Terminal.print(table.text)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one run.")
        @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let history = try RunRecord.openHistory()
            let summary = try history.run(name)
            Terminal.print(
                json
                    ? try history.report(of: summary.run).line
                    : "\(summary.run) on \(summary.cluster)\n\(JobTable.text(try history.jobs(of: summary.run)))")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print one run as CSV.")
        @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
        @Flag(help: "As CSV, the only form there is.") var csv = false

        func run() throws {
            let history = try RunRecord.openHistory()
            print(try history.exportCSV(try history.run(name).run), terminator: "")
        }
    }

    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make all tables again from the facts.")

        func run() throws {
            let (folded, unreadable) = try RunRecord.openHistory().rebuild()
            Terminal.complain("\(folded) facts folded, \(unreadable) could not be read")
        }
    }
}

struct ClustersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters", abstract: "List the clusters that are known here.")
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
        var clusters: [(ClusterSpec, String?)] = []
        for name in Places.names(in: "cluster-configs", suffix: ".yaml", project: ".") {
            let found = try LoadedConfig.readCluster(name, project: ".")
            clusters.append((found.spec, found.file))
        }
        if !clusters.contains(where: { $0.0.name == "local" }) { clusters.insert((.local, nil), at: 0) }
        if json {
            let list = clusters.map { spec, file in
                JSON.object([
                    "name": .string(spec.name), "backend": .string(spec.backend.rawValue),
                    "host": spec.host.map(JSON.string),
                    "file": file.map(JSON.string),
                ])
            }
            Terminal.print(JSON.object(["schema": 1, "clusters": .array(list)]).line)
            return
        }
        var table = Table(header: ["CLUSTER", "BACKEND", "HOST", "FILE"])
        for (spec, file) in clusters {
            table.rows.append([spec.name, spec.backend.rawValue, spec.host ?? "-", file ?? "built in"])
        }
        Terminal.print(table.text)
    }
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { Terminal.print("muster \(musterVersion)") }
}
