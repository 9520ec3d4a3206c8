import GRDB
import MusterCore

extension Projection {
    /// Writes every row that the fold changed, once.
    func write() throws {
        for (run, part) in parts {
            try writeRun(run, part)
            for (index, job) in part.state.jobs where part.before.jobs[index] != job {
                try writeJob(run, job, before: part.before.jobs[index])
            }
            for (name, restarts) in part.state.elements {
                for (restart, element) in restarts where part.before.elements[name]?[restart] != element {
                    try writeElement(run, name, restart, element)
                }
            }
            for (token, submission) in part.state.submissions where part.before.submissions[token] != submission {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO submissions(run, token, scheduler_id, elements, time) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE
                        SET scheduler_id = excluded.scheduler_id, elements = excluded.elements, time = excluded.time
                        """
                ).execute(arguments: [
                    run, token, submission.schedulerID, submission.elements, submission.time.microseconds,
                ])
            }
            for (command, count) in part.state.callCounts {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO calls(run, command, n) VALUES (?, ?, ?)
                        ON CONFLICT DO UPDATE SET n = n + excluded.n
                        """
                ).execute(arguments: [run, command, count])
            }
        }
    }

    private func writeRun(_ run: String, _ part: Part) throws {
        let (old, new) = (part.before, part.state)
        if part.isNew {
            try db.cachedStatement(sql: "INSERT INTO runs(run) VALUES (?)").execute(arguments: [run])
        } else if old.first == new.first, old.orders == new.orders {
            return
        }
        try db.cachedStatement(sql: "UPDATE runs SET first = ?, ended = ?, cancelled = ?, orders = ? WHERE run = ?")
            .execute(arguments: [
                new.first?.microseconds, new.ended?.microseconds, new.isCancelled, new.orders.json?.line, run,
            ])
    }

    private func writeJob(_ run: String, _ job: JobState, before: JobState?) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO jobs(run, idx, id, outcome, ended, cached, cancelled, orders)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET outcome = excluded.outcome, ended = excluded.ended,
                    cached = excluded.cached, cancelled = excluded.cancelled, orders = excluded.orders
                """
        ).execute(arguments: [
            run, job.index, "#\(job.index)", job.standing?.description,
            job.standing?.outcome == nil ? nil : job.deciding?.ended?.microseconds, job.isCached,
            job.orders.cancelled != nil, job.orders.json?.line,
        ])
        for attempt in job.attempts where before?.attempts.first(where: { $0.key == attempt.key }) != attempt {
            try writeAttempt(run, attempt)
        }
    }

    private func writeAttempt(_ run: String, _ attempt: AttemptState) throws {
        let key = attempt.key
        let ending = attempt.ending
        try db.cachedStatement(
            sql: """
                INSERT INTO attempts(run, job, generation, element, restart, settled, node, slot, folder, outcome,
                    cause, exit, signal, started, ended, duration_us, peak_rss, peak_gpu, oom_kills, memory_limit,
                    tail, superseded, state, gpu_errors, made)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET settled = excluded.settled, node = excluded.node, slot = excluded.slot,
                    folder = excluded.folder, outcome = excluded.outcome, cause = excluded.cause,
                    exit = excluded.exit, signal = excluded.signal, started = excluded.started,
                    ended = excluded.ended, duration_us = excluded.duration_us, peak_rss = excluded.peak_rss,
                    peak_gpu = excluded.peak_gpu, oom_kills = excluded.oom_kills,
                    memory_limit = excluded.memory_limit, tail = excluded.tail, superseded = excluded.superseded,
                    state = excluded.state, gpu_errors = excluded.gpu_errors, made = excluded.made
                """
        ).execute(arguments: [
            run, key.job, key.generation, key.element, key.restart, attempt.isSettled, attempt.start?.node,
            attempt.start?.slot, attempt.start?.folder, ending?.outcome.rawValue ?? "\(attempt.phase)",
            ending?.cause, ending?.exitCode, ending?.signal, attempt.started?.microseconds,
            attempt.ended?.microseconds, ending?.duration, ending?.peakRSS, ending?.peakGPU,
            ending?.oomKills ?? attempt.ooms.reduce(0) { $0 + $1.kills }, ending?.memoryLimit, ending?.tail,
            attempt.isSuperseded, attempt.json.line,
            attempt.gpuErrors.isEmpty ? nil : JSON.array(attempt.gpuErrors.map(\.summary)).line,
            ending?.made?.json.line,
        ])
        let stages = try db.cachedStatement(
            sql: """
                INSERT INTO stages(run, job, generation, element, restart, position, name, outcome, started, ended,
                    duration_us, exit, signal, peak_rss, reused, peak_gpu, usage)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET position = excluded.position, outcome = excluded.outcome,
                    started = excluded.started, ended = excluded.ended, duration_us = excluded.duration_us,
                    exit = excluded.exit, signal = excluded.signal, peak_rss = excluded.peak_rss,
                    reused = excluded.reused, peak_gpu = excluded.peak_gpu, usage = excluded.usage
                """)
        for (position, stage) in attempt.stages.enumerated() {
            try stages.execute(arguments: [
                run, key.job, key.generation, key.element, key.restart, position, stage.name,
                attempt.standing(of: stage).description, stage.started?.microseconds, stage.ended?.microseconds,
                stage.ending?.duration, stage.ending?.exitCode, stage.ending?.signal, stage.ending?.peakRSS,
                stage.reused, stage.ending?.peakGPU, stage.ending?.usage?.json.line,
            ])
        }
    }

    private func writeElement(_ run: String, _ name: String, _ restart: Int, _ element: RunState.Element) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO elements(run, element, restart, node, started, state, exit, ended, heard)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET node = excluded.node, started = excluded.started, state = excluded.state,
                    exit = excluded.exit, ended = excluded.ended, heard = excluded.heard
                """
        ).execute(arguments: [
            run, name, restart, element.node, element.started?.microseconds, element.word?.state,
            element.word?.exit, element.word?.ended, element.word?.time.microseconds,
        ])
    }
}
