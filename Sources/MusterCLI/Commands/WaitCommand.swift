import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait for a run's end and say by the exit status how it went.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Option(help: "Give up after this time (90s, 30m, 2h) with status 6.") var timeout: String?

    func run() async throws {
        var deadline: Date?
        if let timeout {
            guard let span = WallTime(parsing: timeout) else {
                throw ExitStatus.usage("--timeout '\(timeout)' is no time such as 90s, 30m or 2h")
            }
            deadline = Date() + Double(span.seconds)
        }
        let record = try await RunRecord.open(name)
        try await Follower(record).follow(until: deadline) { _ in }
        if let status = JobTable.status(try record.watched()) { throw status }
    }
}
