import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Submit a config, watch it to its end, bring its results home.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false
    @Flag(help: "Print the run as 'history show --json' does.") var json = false
    @OptionGroup var consent: Consent
    @Flag(help: "Submit nothing: print the plan, or for a config of My3DIS what its own dry run prints.") var dryRun =
        false

    func run() async throws {
        if dryRun {
            _ = ClientRecords.begin(options)
            return try await DryRun.print(options, json: json)
        }
        try await Self.run(options, new: new, json: json, consent: consent)
    }

    /// Does all of it.
    static func run(_ options: ConfigOptions, new: Bool, json: Bool, consent: Consent) async throws {
        let start = ClientRecords.begin(options)
        let name: String
        do {
            name = try await Submitter.submit(options, new: new, consent: consent)
        } catch {
            ClientRecords.failed(start, error)
            throw error
        }
        Terminal.complain("run \(name)")
        try await Watching.watch(name)
        let record = try await RunRecord.open(name)
        let jobs = try record.history.jobs(of: name)
        let collected = await collect(record, jobs)
        Terminal.print(json ? try record.history.report(of: name).line : JobTable.text(jobs))
        if !json {
            for line in try JobTable.gpuWords(jobs, of: record) { Terminal.complain(line.visible) }
            Terminal.complain(JobTable.summary(jobs))
            Terminal.complain("results: \(record.summary.home ?? "-")\nhistory: \(record.history.path)")
        }
        if let status = JobTable.status(jobs) { throw status }
        try collected.get()
    }

    /// Brings results home; what goes wrong is said behind the table of jobs.
    private static func collect(_ record: RunRecord, _ jobs: [JobRecord]) async -> Result<Void, any Error> {
        do {
            guard let collecting = Collecting(record) else { return .success(()) }
            let report = try await collecting.collect(jobs)
            if !collecting.isHere {
                Terminal.complain(
                    report.words(home: collecting.home, run: record.summary.run, config: record.summary.configPath))
            }
            return report.isComplete ? .success(()) : .failure(ExitStatus.someFailed)
        } catch {
            return .failure(error)
        }
    }
}

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Submit a config and print the run's id.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Start another run although one of this sweep has not ended.") var new = false
    @OptionGroup var consent: Consent

    func run() async throws {
        Terminal.print(try await Submitter.submit(options, new: new, consent: consent))
    }
}
