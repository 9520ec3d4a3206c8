import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterHistory

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Bring a run's results home: what the config says under 'collect', what is missing here, verified.",
        discussion: Selection.words)
    @OptionGroup var selection: Selection
    @Flag(help: "All files, whatever the config says.") var all = false
    @Option(name: .customLong("file"), help: "Files that match this pattern, instead of the config's; may be repeated.")
    var files: [String] = []
    @Option(help: "Besides, what this stage's products consist of; may be repeated.") var stage: [String] = []
    @Option(help: "Besides, what this product consists of; may be repeated.") var product: [String] = []
    @Flag(help: "Also what the last attempts of failed jobs left, to 'partial'.") var partial = false
    @Flag(help: "Replace files at home that differ.") var force = false
    @Flag(help: "Go on until the run has ended, watching it.") var follow = false
    @Option(help: "The most bytes a second, such as 20M.") var bandwidth: String?
    @Flag(help: "Print a JSON object with what came of it.") var json = false
    @OptionGroup var consent: Consent

    func run() async throws {
        let record = try await RunRecord.open(selection.name)
        guard
            let collecting = Collecting(
                record, spec: try spec(record), wishes: .init(force: force, partial: partial, consent: consent))
        else { throw ExitStatus.usage("the run '\(record.summary.run)' has no place for results here") }
        let report =
            follow
            ? try await CollectFollowing(collecting, jobs: selection.jobs).run()
            : try await collecting.collect(try await chosen(record))
        if json {
            Terminal.print(report.json.line)
        } else {
            Terminal.complain(
                report.words(home: collecting.home, run: record.summary.run, config: record.summary.configPath))
        }
        if !report.isComplete { throw ExitStatus.someFailed }
    }

    private func chosen(_ record: RunRecord) async throws -> [JobRecord] {
        if record.summary.ended == nil { try await Follower(record).catchUp() }
        return try Steering.choose(selection.jobs, in: record)
    }

    private func spec(_ record: RunRecord) throws -> CollectSpec {
        var spec = record.collect
        if all { spec.files = .all }
        if !files.isEmpty { spec.files = .globs(files) }
        spec.stages += stage
        spec.products += product
        if let bandwidth {
            guard let rate = ByteCount(parsing: bandwidth), rate.bytes > 0 else {
                throw ExitStatus.usage("--bandwidth '\(bandwidth)' is no amount a second such as 20M")
            }
            spec.terms.bandwidth = rate
        }
        let stages = record.plan?.stages ?? []
        for (words, known, option) in [
            (stage, stages.map(\.name), "--stage"), (product, stages.flatMap(\.files.keys).sorted(), "--product"),
        ] {
            for word in words where !known.contains(word) {
                let near = Suggestion.nearest(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
                throw ExitStatus.usage(
                    "\(option) '\(word)' is none of the run's: \(known.joined(separator: ", "))\(near)")
            }
        }
        return spec
    }
}
