import GRDB
import MusterCore

/// The part of the runs' states that a group of facts touches: loaded when first needed, folded in memory by the core's
/// fold, written back once.
struct Projection {
    /// What was loaded of one run, before and after the fold.
    struct Part {
        var before: RunState
        var state: RunState
        var isNew: Bool
        var elements: Set<String> = []
    }

    let db: Database
    var parts: [String: Part] = [:]

    /// `parts` are what the last group left, while nobody else has written since.
    init(db: Database, parts: [String: Part] = [:]) { (self.db, self.parts) = (db, parts) }

    /// What the next group may begin with: of each run the jobs that go on, which most facts are about.
    var left: [String: Part] {
        parts.mapValues { part in
            var state = RunState()
            (state.first, state.orders) = (part.state.first, part.state.orders)
            (state.elements, state.submissions) = (part.state.elements, part.state.submissions)
            state.jobs = part.state.jobs.filter { $0.value.standing == .running }
            return Part(before: state, state: state, isNew: false, elements: part.elements)
        }
    }

    mutating func apply(_ event: Event) throws {
        guard event.sequence != nil else { return }
        if case .provenance = event.body { return try ProvenanceTables.apply(event, db) }
        let run = event.run
        if parts[run] == nil { parts[run] = try loadRun(run) }
        switch event.body {
        case .scheduler(let element, _, _, _, let ended):
            try loadElement(run, element)
            guard ended else { break }
            let open = try db.cachedStatement(
                sql: "SELECT DISTINCT job FROM attempts WHERE run = ? AND element = ? AND settled = 0")
            for job in try Int.fetchAll(open, arguments: [run, element]) { try loadJob(run, job) }
        case .agentStarted(_, _, let element, _, _, _): try loadElement(run, element)
        case .jobCached(let job): try loadJob(run, job)
        case .gpuWaiting: break
        case .assetMade(let key, _, let asset):
            try loadJob(run, key.job)
            try ProvenanceTables.made(asset, by: key.job, of: run, at: event.time, db)
        case .cancelRequested(let jobs), .retryRequested(let jobs, _), .jobsHeld(let jobs), .jobsReleased(let jobs):
            for job in jobs { try loadJob(run, job) }
        case .submitting(let token, _), .submitted(let token, _): try loadSubmission(run, token)
        default:
            guard let key = event.body.attempt else { break }
            try loadElement(run, key.element)
            try loadJob(run, key.job)
        }
        parts[run]?.state.apply(event)
    }

    private func loadRun(_ run: String) throws -> Part {
        var state = RunState()
        let select = try db.cachedStatement(sql: "SELECT first, ended, cancelled, orders FROM runs WHERE run = ?")
        let row = try Row.fetchOne(select, arguments: [run])
        if let row {
            state.first = Column.time(row["first"])
            state.orders = try Column.orders(row["orders"]).map(RunOrders.init(json:)) ?? RunOrders()
            // Versions before wrote no orders.
            state.orders.over = state.orders.over ?? Column.time(row["ended"])
            if row["cancelled"] { state.orders.cancelled = state.orders.cancelled ?? .init(microseconds: 0) }
        }
        return Part(before: state, state: state, isNew: row == nil)
    }

    private mutating func loadJob(_ run: String, _ index: Int) throws {
        guard parts[run]?.state.jobs[index] == nil else { return }
        let select = try db.cachedStatement(sql: "SELECT cached, cancelled, orders FROM jobs WHERE run = ? AND idx = ?")
        guard let row = try Row.fetchOne(select, arguments: [run, index]) else { return }
        let states = try db.cachedStatement(sql: "SELECT state FROM attempts WHERE run = ? AND job = ?")
        let attempts = try String.fetchAll(states, arguments: [run, index]).map { line in
            AttemptState(json: try JSON(parsing: line))
        }
        var orders = try Column.orders(row["orders"]).map(JobOrders.init(json:)) ?? JobOrders()
        if row["cancelled"] { orders.cancelled = orders.cancelled ?? .init(microseconds: 0) }
        let job = JobState(index: index, attempts: attempts, isCached: row["cached"], orders: orders)
        parts[run]?.state.jobs[index] = job
        parts[run]?.before.jobs[index] = job
    }

    private mutating func loadElement(_ run: String, _ name: String) throws {
        guard parts[run]?.elements.insert(name).inserted == true else { return }
        let select = try db.cachedStatement(sql: "SELECT * FROM elements WHERE run = ? AND element = ?")
        for row in try Row.fetchAll(select, arguments: [run, name]) {
            var element = RunState.Element()
            let restart: Int = row["restart"]
            element.started = Column.time(row["started"])
            element.node = row["node"]
            if let state = row["state"] as String?, let heard = Column.time(row["heard"]) {
                element.word = SchedulerWord(
                    restart: restart, state: state, exit: row["exit"] ?? "", ended: row["ended"] == 1, time: heard)
            }
            parts[run]?.state.elements[name, default: [:]][restart] = element
            parts[run]?.before.elements[name, default: [:]][restart] = element
        }
    }

    private mutating func loadSubmission(_ run: String, _ token: String) throws {
        guard parts[run]?.state.submissions[token] == nil else { return }
        let select = try db.cachedStatement(
            sql: "SELECT scheduler_id, elements, time FROM submissions WHERE run = ? AND token = ?")
        guard let row = try Row.fetchOne(select, arguments: [run, token]) else { return }
        let submission = RunState.Submission(
            schedulerID: row["scheduler_id"], elements: row["elements"], time: Timestamp(microseconds: row["time"]))
        parts[run]?.state.submissions[token] = submission
        parts[run]?.before.submissions[token] = submission
    }

    /// Empties what is folded from facts; what comes from plans stays.
    static func empty(_ db: Database) throws {
        try ProvenanceTables.empty(db)
        try DatasetTables.empty(db)
        try db.execute(
            sql: """
                CREATE TEMP TABLE kept AS SELECT run FROM runs WHERE pruned IS NOT NULL;
                DELETE FROM stages WHERE run NOT IN kept; DELETE FROM attempts WHERE run NOT IN kept;
                DELETE FROM elements WHERE run NOT IN kept; DELETE FROM submissions WHERE run NOT IN kept;
                DELETE FROM calls WHERE run NOT IN kept;
                DELETE FROM jobs WHERE NOT registered AND run NOT IN kept;
                UPDATE jobs SET outcome = NULL, ended = NULL, cached = 0, cancelled = 0, orders = NULL
                    WHERE run NOT IN kept;
                DELETE FROM runs WHERE NOT registered AND run NOT IN (SELECT run FROM jobs);
                UPDATE runs SET first = NULL, ended = NULL, cancelled = 0, orders = NULL WHERE run NOT IN kept;
                DROP TABLE temp.kept;
                """)
    }
}

/// Conversions between columns and the core's types.
enum Column {
    static func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map { Timestamp(microseconds: $0) } }
    static func orders(_ text: String?) throws -> JSON? { try text.map { try JSON(parsing: $0) } }
}
