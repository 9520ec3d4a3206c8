import ArgumentParser
import Foundation
import MusterCore
import MusterProvenance

struct StageInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage-in",
        abstract: "Send the scenes of a config to the cluster, or compare them with what is there; submit nothing.",
        discussion: """
            As 'stage_in' in the config says, 'upload' where it says nothing; 'run' and 'submit' do the same before they submit. \
            Exit status 1 when something could not be had there, 3 when something else lies there.
            """)
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Change nothing; say what would travel.") var dryRun = false
    @Flag(help: "Read all files there again, and not only what changed.") var verify = false
    @Flag(help: "Put files aside that differ from those at home, or are not among them.") var force = false
    @Option(help: "The most bytes a second, such as 20M.") var bandwidth: String?
    @Flag(help: "Print a JSON object with what came of it.") var json = false
    @OptionGroup var consent: Consent

    func run() async throws {
        var loaded = try LoadedConfig.read(options)
        var spec = loaded.spec.stageIn ?? StageInSpec(.upload)
        if verify { spec.verify = true }
        if let bandwidth {
            guard let rate = ByteCount(parsing: bandwidth), rate.bytes > 0 else {
                throw ExitStatus.usage("--bandwidth '\(bandwidth)' is no amount a second such as 20M")
            }
            spec.terms.bandwidth = rate
        }
        loaded.spec.stageIn = spec
        let site = try await Site.open(loaded.cluster)
        let scenes = try await Planned.scenes(loaded, site).map(\.name)
        let wishes = StagingIn.Wishes(force: force, isDry: dryRun, consent: consent)
        guard let staged = try await StagedInputs.bring(loaded, scenes: scenes, on: site, wishes: wishes) else {
            return
        }
        if json { Terminal.print(staged.report.json.line) }
        Terminal.complain(staged.report.words(staged.places, isDry: dryRun))
        try staged.check(loaded)
    }
}
