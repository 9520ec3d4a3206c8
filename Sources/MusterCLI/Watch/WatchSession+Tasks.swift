import ArgumentParser
import MusterCore
import MusterHistory

/// What goes on beside the loop.
extension WatchSession {
    func goOnFollowing() {
        isOver = false
        follow = Self.beginFollowing(run, takeOver, news)
    }

    private static func beginFollowing(
        _ run: String, _ takeOver: Bool, _ news: AsyncStream<WatchNews>.Continuation
    ) -> Task<Void, Never> {
        Task {
            do {
                try await follow(run, takeOver, news)
                news.yield(.followed(nil))
            } catch {
                news.yield(.followed(error))
            }
        }
    }

    private static func follow(
        _ run: String, _ takeOver: Bool, _ news: AsyncStream<WatchNews>.Continuation
    ) async throws {
        let record = try await RunRecord.open(run)
        news.yield(.record(record))
        let models = WatchModels(record.history, record.summary)
        let follower = Follower(record, takeOver: takeOver)
        try await follower.follow { jobs in
            if let model = try models.next(jobs, follower.latest) { news.yield(.model(model)) }
        }
        if let model = try models.next() { news.yield(.model(model)) }
    }

    /// Gives an order as the command of that name does.
    func order(_ numbers: [Int], cancels: Bool) {
        guard !isOrdering else {
            view.note = "wait: the order before is not carried out yet"
            return
        }
        isOrdering = true
        Self.beginOrder([run, Self.ranges(numbers)], cancels, news)
    }

    private static func beginOrder(
        _ words: [String], _ cancels: Bool, _ news: AsyncStream<WatchNews>.Continuation
    ) {
        Task { news.yield(.ordered(failure: await order(words, cancels: cancels))) }
    }

    /// What went wrong, if anything did.
    private static func order(_ words: [String], cancels: Bool) async -> String? {
        do {
            if cancels {
                try await CancelCommand.parse(words + ["--yes"]).run()
            } else {
                try await RetryCommand.parse(words).run()
            }
            return nil
        } catch {
            return ExitStatus(error)?.text ?? "\(error)"
        }
    }

    /// `1,3,5-8`.
    static func ranges(_ numbers: [Int]) -> String {
        var set = ItemSet()
        for number in numbers { set.insert(number...number) }
        return set.ranges.map(ItemSet.text).joined(separator: ",")
    }

    func openLog(_ place: Int) {
        log?.cancel()
        guard let record else {
            view.note = "not connected yet"
            return
        }
        let job = model.jobs[place]
        log = Self.beginLog(record, job.index, job.attempts.last?.key, place, news)
    }

    private static func beginLog(
        _ record: RunRecord, _ job: Int, _ attempt: AttemptKey?, _ place: Int,
        _ news: AsyncStream<WatchNews>.Continuation
    ) -> Task<Void, Never> {
        Task { await readLog(record, job, attempt, place, news) }
    }

    private static func readLog(
        _ record: RunRecord, _ job: Int, _ attempt: AttemptKey?, _ place: Int,
        _ news: AsyncStream<WatchNews>.Continuation
    ) async {
        do {
            try await WatchLog.follow(record, job: job, from: attempt) { news.yield(.log(place, $0)) }
        } catch {
            if !(error is CancellationError) { news.yield(.said("the log can't be read: \(error)")) }
        }
    }
}
