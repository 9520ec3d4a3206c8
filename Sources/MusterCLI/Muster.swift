public import ArgumentParser
import Glibc

/// The command line.
public struct Muster: AsyncParsableCommand {
    /// Name, version and commands.
    public static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "Run a pipeline over a data set: on a Slurm cluster, or on this machine.",
        discussion: """
            Exit status: 0 all good, 1 some jobs failed, 2 wrong usage, 3 config invalid, 4 can't reach or log in, \
            5 the scheduler refused, 6 incomplete, 130 interrupted.
            """,
        version: musterVersion,
        subcommands: [
            InitCommand.self, PlanCommand.self, CheckCommand.self, ConfigCommand.self, ScriptCommand.self,
            StageInCommand.self, RunCommand.self,
            SubmitCommand.self,
            WatchCommand.self, ProductsCommand.self,
            WaitCommand.self, StatusCommand.self, ExplainCommand.self, LogsCommand.self, ReportCommand.self,
            ServeCommand.self, CancelCommand.self, RetryCommand.self, ResumeCommand.self, HoldCommand.self,
            ReleaseCommand.self, ThrottleCommand.self, AttachCommand.self, CollectCommand.self, CleanCommand.self,
            ExecCommand.self, StoreCommand.self, ExecutionCommand.self, WorkflowCommand.self, WhenceCommand.self,
            DatasetCommand.self,
            HistoryCommand.self, ClustersCommand.self, ConnectCommand.self, DisconnectCommand.self, DoctorCommand.self,
            VersionCommand.self,
        ])

    /// Made by the parser.
    public init() {}

    /// Runs the command line and ends the process with the documented status.
    public static func main() async {
        // A command that ends before it has read its input, or a reader that goes away, is an error to handle, no death.
        // Children get the signal back as it was.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(error)
        }
    }

    private static func leave(_ error: any Error) -> Never {
        if let status = ExitStatus(error) {
            if let text = status.text { Terminal.complain(text) }
            exit(withError: ExitCode(status.code))
        }
        // The parser's own: help and version go to standard output with 0, mistakes in usage end with 2.
        let code = exitCode(for: error)
        guard code == .validationFailure else { exit(withError: error) }
        Terminal.complain(fullMessage(for: error))
        exit(withError: ExitCode(2))
    }
}

/// The project's version.
public let musterVersion = "0.1.0"
