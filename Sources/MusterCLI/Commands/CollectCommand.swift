import ArgumentParser
import MusterCluster

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Bring a run's results home: what the config says under 'collect'.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Replace files at home that differ.") var force = false

    func run() async throws {
        try await Collecting.collect(try await RunRecord.open(name), force: force)
    }
}
