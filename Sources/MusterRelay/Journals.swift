import MusterCore

/// The journals of the runs that are served, as one sink.
///
/// `@unchecked Sendable`: a relay has one thread that does all.
final class Journals: EventSink, @unchecked Sendable {
    private(set) var open: [String: Journal] = [:]
    /// Whether anything was heard since this was last set to false.
    var wasHeard = false

    /// Opens the journal of a run.
    func add(_ run: String, _ paths: RunPaths) throws(RelayFailure) {
        if open[run] == nil { open[run] = try Journal(paths) }
    }

    /// Closes the journal of a run.
    func remove(_ run: String) { open[run] = nil }

    func append(_ events: [Event]) throws {
        wasHeard = true
        for (run, events) in Dictionary(grouping: events, by: \.run) {
            // A run that is no longer served: its agents keep their outboxes.
            guard let journal = open[run] else { continue }
            try journal.append(events)
        }
    }

    func lastSequence(of source: String) -> Int64 {
        for journal in open.values { if let last = journal.last[source] { return last } }
        return 0
    }

    /// Writes the latest samples of all runs.
    func writeSamples() { for journal in open.values { journal.writeSamples() } }
}
