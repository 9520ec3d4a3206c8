import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterScript
import MusterSlurm

/// How the process ends: a number that scripts rely on, and what is said.
struct ExitStatus: Error {
    var code: Int32
    var text: String?
    /// The mistakes of files that it is about, where they are known one by one.
    var diagnostics: [Diagnostic] = []

    static let someFailed = ExitStatus(code: 1, text: nil)
    static let interrupted = ExitStatus(code: 130, text: nil)
    static func usage(_ text: String) -> ExitStatus { ExitStatus(code: 2, text: "error: \(text)") }
    static func config(_ text: String) -> ExitStatus { ExitStatus(code: 3, text: text) }
    static func incomplete(_ text: String) -> ExitStatus { ExitStatus(code: 6, text: text) }

    /// Mistakes of files, each with its line.
    static func config(_ diagnostics: [Diagnostic], text: String) -> ExitStatus {
        var status = config(text)
        status.diagnostics = diagnostics
        return status
    }

    init(code: Int32, text: String?) {
        self.code = code
        self.text = text
    }

    /// The status of any error of ours; nil for those of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let status as ExitStatus: self = status
        case let error as HostError:
            let isConnection = [.unreachable, .hostKey, .authentication, .timedOut].contains(error.kind)
            self.init(code: isConnection ? 4 : 1, text: "error: \(error)")
        case let failure as SlurmFailure:
            self.init(code: 5, text: "error: \(failure)")
        case let unknown as LoadedConfig.UnknownCluster: self = .config("error: \(unknown.message)\n  \(unknown.hint)")
        case let error as HistoryError: self.init(code: 1, text: "error: \(error)")
        case let error as ScriptTemplateError: self.init(code: 3, text: error.diagnostics.map(\.text).joined())
        case let error as SbatchOptionError: self.init(code: 3, text: "error: \(error)")
        case is CancellationError: self = .interrupted
        case let error as CocoaError: self.init(code: 1, text: "error: \(error.localizedDescription)")
        default: return nil
        }
    }
}
