import Foundation
import MusterConfig
import MusterCore

/// What agents and whoever closes a run must know for records of the pipeline's own kind.
struct SubmittedExperiment {
    /// What agents write into every job's records; nil where the pipeline keeps none.
    var record: ExperimentRecord?
    /// The same for the history, without the config, and the folder for the client's own records.
    var details: [JSON.Member] = []

    init(_ loaded: LoadedConfig, created: Timestamp) {
        guard loaded.spec.pipeline.records != nil else { return }
        var record = ExperimentRecord(
            loaded.spec, configPath: Places.absolute(loaded.spec.file), config: loaded.resolved?.json ?? .null,
            time: .local(created))
        self.record = record
        record.config = .null
        details = [
            .init("experiment", record.json),
            .init("working_folder", .string(FileManager.default.currentDirectoryPath)),
        ]
    }
}
