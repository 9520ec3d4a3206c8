import MusterCore

/// What `.muster/job.json` says: what made a result.
struct JobRecord {
    /// The key of the job table.
    var key: String
    /// How it ended; only succeeded ones are published.
    var outcome: Outcome
    /// The run that made it.
    var run: String
    /// The attempt that made it.
    var attempt: AttemptKey
    /// Microseconds that the attempt took.
    var duration: Int64
    /// Highest resident memory, in bytes.
    var peakRSS: Int64?
    /// Entries of the list of its files; 0 where there is no list.
    var files = 0

    /// The record as a JSON object.
    func json(node: String, finished: Timestamp, job: String, terms: Block.Terms = .init()) -> JSON {
        let what: [JSON.Member] = [
            .init("schema", 1), .init("key", .string(key)), .init("outcome", .string(outcome.rawValue)),
            .init("run", .string(run)), .init("job", .string(job)),
        ]
        let who: [JSON.Member] = [
            .init("index", .int(attempt.job)), .init("gen", .int(attempt.generation)),
            .init("element", .string(attempt.element)), .init("restart", .int(attempt.restart)),
            .init("node", .string(node)),
        ]
        let how: [JSON.Member] = [
            .init("us", .int(duration)), .init("files", .int(files)),
            .init("finished", .string(finished.description)),
        ]
        // A retry with other values than the table's made it.
        let set: [JSON.Member] = terms.set.isEmpty ? [] : [.init("set", .object(terms.set))]
        return .object(what + who + how + set + (peakRSS.map { [JSON.Member("rss", .int($0))] } ?? []))
    }

    /// The record of the result in `folder`; nil when muster did not make it.
    init?(folder: String) {
        guard let json = Files.json(OutputPaths.jobRecord(in: folder)), let key = json["key"]?.string,
            let outcome = json["outcome"]?.string.flatMap(Outcome.init(rawValue:))
        else { return nil }
        self.key = key
        self.outcome = outcome
        run = json["run"]?.string ?? ""
        attempt = AttemptKey(
            job: Int(clamping: json["index"]?.int ?? -1), generation: Int(clamping: json["gen"]?.int ?? 0),
            element: json["element"]?.string ?? "", restart: Int(clamping: json["restart"]?.int ?? 0))
        duration = json["us"]?.int ?? 0
        peakRSS = json["rss"]?.int
        files = Int(clamping: json["files"]?.int ?? 0)
    }

    init(key: String, run: String, attempt: AttemptKey, duration: Int64, peakRSS: Int64?) {
        self.key = key
        outcome = .succeeded
        self.run = run
        self.attempt = attempt
        self.duration = duration
        self.peakRSS = peakRSS
    }
}
