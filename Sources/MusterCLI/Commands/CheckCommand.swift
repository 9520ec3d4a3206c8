import ArgumentParser
import MusterCore

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for all that would keep a run of a config from going well; submit nothing.",
        discussion: """
            Looked at are the config, the cluster, the data set, the partition and its limits, the stages' programs, room \
            for results, the batch script, and on Slurm whether sbatch would take it. One line a check: ok, warning or wrong.
            """)
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        var checkup = Checkup()
        await checkup.look(at: options)
        Terminal.print(json ? checkup.findings.json.line : checkup.findings.text)
        if checkup.findings.code != 0 { throw ExitStatus(code: checkup.findings.code, text: nil) }
    }
}
