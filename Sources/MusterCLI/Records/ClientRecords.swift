import Foundation
import MusterConfig
import MusterCore
import MusterHistory

/// The record files that the client itself keeps under a pipeline that has such (`records: my3dis`): in `logs` of the
/// working folder, and in the experiment's folder.
///
/// What can't be written is a warning, never an error.
enum ClientRecords {
    /// A start of `muster run` that keeps such records.
    struct Start {
        var config: String
        var folder: String
        var time: LocalTime
        /// False where the config has mistakes: there is no run whose end could be told.
        var isReadable: Bool
    }

    /// Notes the start of this process, also when the config has mistakes, as long as it tells what pipeline it is for;
    /// nil under other pipelines.
    static func begin(_ options: ConfigOptions) -> Start? {
        let read = try? LoadedConfig.read(options.config, settings: options.settings, options: options)
        guard let result = read?.result, result.records == .my3dis else { return nil }
        let start = Start(
            config: Places.absolute(options.config), folder: FileManager.default.currentDirectoryPath, time: .now,
            isReadable: result.spec != nil)
        warning(PidMap.path(in: start.folder)) {
            try PidMap.append(PidMap.row(config: start.config, time: start.time), in: start.folder)
        }
        return start
    }

    /// Tells that a run could not be submitted.
    static func failed(_ start: Start?, _ error: any Error) {
        guard let start, start.isReadable, !(error is CancellationError) else { return }
        let words = (ExitStatus(error)?.text ?? "\(error)").split(separator: "\n")
        let text = words.joined(separator: "\n  ")
        notify(
            RunNotification(
                run: nil, config: start.config, started: start.time, finished: .now,
                error: text.hasPrefix("error: ") ? String(text.dropFirst(7)) : text), in: start.folder)
    }

    /// Tells how a run ended; called by whoever closes it, before it counts as closed, and repeated after a failure.
    static func close(_ record: RunRecord) async {
        guard record.plan?.records == .my3dis, let jobs = try? record.history.jobs(of: record.summary.run) else {
            return
        }
        let folder = record.summary.details["working_folder"]?.string ?? FileManager.default.currentDirectoryPath
        notify(RunEnding.notification(record, jobs), in: folder)
        guard let experiment = record.summary.details["experiment"].flatMap(ExperimentRecord.init(json:)),
            let summary = RunEnding.summary(record, jobs, experiment)
        else { return }
        do {
            try await record.site.host.write(
                [HostFile(path: "experiment_summary.json", text: summary.json(now: .now).pretty + "\n")],
                to: summary.root)
        } catch {
            Terminal.complain("warning: \(summary.root)/experiment_summary.json was not written: \(error)")
        }
    }

    private static func notify(_ notification: RunNotification, in folder: String) {
        let there = FileManager.default.fileExists(atPath: folder) ? folder : "."
        let path = Places.absolute("\(there)/logs/workflow_notifications.log")
        warning(path) {
            try AppendedFile.append(to: path) { _, content in
                // Two may close a run at once.
                let isTold = notification.run.map {
                    content().range(of: Data(RunNotification.mark(of: $0).utf8)) != nil
                }
                return isTold ?? false ? nil : notification.text
            }
        }
    }

    private static func warning(_ path: String, _ act: () throws -> Void) {
        do {
            try act()
        } catch {
            let words = ExitStatus(error)?.text ?? "\(error)"
            Terminal.complain("warning: \(path) was not written: \(words)")
        }
    }
}

extension LocalTime {
    /// The present in this machine's zone.
    static var now: LocalTime { local(.now) }

    /// A moment in this machine's zone.
    static func local(_ time: Timestamp) -> LocalTime {
        let date = Date(timeIntervalSince1970: Double(time.microseconds) / 1e6)
        return LocalTime(time, offset: Int64(TimeZone.current.secondsFromGMT(for: date)))
    }
}
