import ArgumentParser
import MusterCluster
import MusterCore
import MusterHistory

struct CleanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Remove a run's files on the cluster, those of jobs of which every file is verified at home.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Also what is not at home: it is lost then.") var everything = false
    @Flag(help: "Remove nothing: say what would go.") var dryRun = false
    @OptionGroup var consent: Consent

    func run() async throws {
        let record = try await RunRecord.open(name)
        let run = record.summary.run
        guard record.summary.ended != nil else {
            throw ExitStatus.usage(
                "the run '\(run)' has not ended\n  to wait for it: muster wait \(run); to end it: muster cancel \(run)")
        }
        guard let collecting = Collecting(record), !collecting.isHere else {
            throw ExitStatus.usage("the results of '\(run)' lie on this machine and nowhere else")
        }
        let cleaning = Cleaning(collecting)
        let found = try await cleaning.look(everything: everything)
        if !found.missing.isEmpty {
            let jobs = ExplanationText.list(found.missing.map { "\($0.job) (\($0.files) files)" }, most: 5)
            Terminal.complain(
                "not at home, or other there: \(jobs)".visible
                    + (everything
                        ? "" : "\n  they stay; to bring them: muster collect \(run) --all; to lose them: --everything"))
        }
        let what =
            "\(found.folders.count) folders of results and attempts"
            + (found.isWhole ? ", and the run's own with its logs" : "") + " on \(record.site.host.name)"
        guard !found.folders.isEmpty || found.isWhole else {
            return Terminal.complain("nothing of '\(run)' can go")
        }
        if dryRun { return Terminal.complain("would go: \(what)") }
        try consent.ask(what, become: "be removed for good")
        let freed = try await cleaning.remove(found)
        Terminal.complain("removed \(what): \(ByteCount(freed)) are free again")
    }
}
