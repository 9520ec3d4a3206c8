import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

/// `muster watch` in a terminal: one loop that takes news, keeps the view, and draws at most ten times a second.
final class WatchSession {
    private let run: String
    private let takeOver: Bool
    private let stream: AsyncStream<WatchNews>
    let news: AsyncStream<WatchNews>.Continuation
    private let screen: FullScreen
    private let sources: WatchSources
    private var model: WatchModel
    private var view = WatchView()
    private var parser = KeyParser()
    private var shown: Frame?
    private var drawn = Date.distantPast, isDrawPlanned = false
    private let hasColour = Terminal.hasColour
    private var record: RunRecord?
    private var follow: Task<Void, Never>?, log: Task<Void, Never>?
    private var isOrdering = false
    /// What was said while the screen was up; said again behind it.
    private var words: [String] = []
    /// Why the loop ends.
    private enum End { case left, over, failed(any Error) }
    /// The run has ended; an order may make it go on.
    private var isOver = false

    /// Everything that the history has is shown at once.
    init(_ name: String, takeOver: Bool) throws {
        let history = try RunRecord.openHistory()
        let summary = try history.run(name)
        guard let first = try WatchModels(history, summary).next() else { throw HistoryError.noSuchRun(name) }
        (run, self.takeOver, model) = (summary.run, takeOver, first)
        let (stream, news) = AsyncStream<WatchNews>.makeStream()
        (self.stream, self.news) = (stream, news)
        let sources = WatchSources(news)
        self.sources = sources
        screen = FullScreen(
            onWords: { news.yield(.said($0)) },
            onPause: { pauses in
                sources.stopKeys(pauses)
                if !pauses { news.yield(.mended) }
            })
    }

    /// Shows the run until somebody leaves; returns when it had ended by then.
    ///
    /// - Throws: `ExitStatus.interrupted` when it goes on.
    func show() async throws {
        view.refresh(model)
        screen.enter()
        goOnFollowing()
        let ticks = Task { [news] in
            while (try? await Task.sleep(for: .seconds(1))) != nil { news.yield(.draw) }
        }
        draw()
        var end = End.left
        for await item in stream {
            if let found = take(item) {
                end = found
                break
            }
            drawSoon()
        }
        screen.leave()
        sources.end()
        ticks.cancel()
        log?.cancel()
        follow?.cancel()
        for word in words.suffix(20) { Terminal.complain(word.trimmingCharacters(in: .newlines)) }
        if case .left = end {
            Terminal.complain("no longer watching; the run goes on. To see it again: muster watch \(run)")
        }
        await follow?.value
        switch end {
        case .left: throw ExitStatus.interrupted
        case .over: return
        case .failed(let error): throw error
        }
    }

    private func take(_ item: WatchNews) -> End? {
        switch item {
        case .model(let new):
            model = new
            view.refresh(new)
        case .record(let record): self.record = record
        case .bytes(let bytes): return press(parser.take(bytes))
        case .keysAreComplete: return press(parser.flush())
        case .noMoreKeys: return isOver ? .over : .left
        case .said(let text):
            words.append(text)
            view.note = text.split(separator: "\n").joined(separator: "; ")
        case .log(let place, let lines): if view.pane == .log, view.selected == place { view.log = lines }
        case .signal(SIGTSTP): suspend()
        case .signal(SIGCONT):
            screen.again()
            shown = nil
        case .signal(SIGWINCH): break
        case .signal: return isOver ? .over : .left
        case .mended: shown = nil
        case .draw: isDrawPlanned = false
        case .followed(let error):
            if let error { return error is CancellationError ? .left : .failed(error) }
            isOver = true
            view.note = "the run has ended; q leaves"
        case .ordered(let failure):
            isOrdering = false
            if let failure { view.note = failure } else if isOver { goOnFollowing() }
        }
        return nil
    }

    private func press(_ keys: [Key]) -> End? {
        if parser.isWaiting {
            Self.send(.keysAreComplete, in: 0.1, news)
        }
        for key in keys {
            view.note = ""
            switch view.press(key, model, page: WatchScreen.page(rows: FullScreen.size.rows)) {
            case nil: break
            case .leave: return isOver ? .over : .left
            case .suspend: suspend()
            case .redraw: shown = nil
            case .cancel(let numbers): order(numbers, cancels: true)
            case .retry(let numbers): order(numbers, cancels: false)
            case .log(let place): openLog(place)
            }
        }
        return nil
    }

    private func suspend() {
        screen.pause()
        kill(getpid(), SIGSTOP)
        screen.goOn()
    }
}

/// What goes on beside the loop.
extension WatchSession {
    private func goOnFollowing() {
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
    private func order(_ numbers: [Int], cancels: Bool) {
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
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    private func openLog(_ place: Int) {
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

/// Drawing.
extension WatchSession {
    private static func send(
        _ item: WatchNews, in seconds: Double, _ news: AsyncStream<WatchNews>.Continuation
    ) {
        Task {
            try? await Task.sleep(for: .seconds(seconds))
            news.yield(item)
        }
    }

    private func drawSoon() {
        let pause = 0.1 - Date().timeIntervalSince(drawn)
        if pause <= 0 { return draw() }
        guard !isDrawPlanned else { return }
        isDrawPlanned = true
        Self.send(.draw, in: pause, news)
    }

    private func draw() {
        let size = FullScreen.size
        let frame = WatchScreen.frame(model, &view, rows: size.rows, columns: size.columns, now: .now)
        let difference = frame.difference(from: shown, hasColour: hasColour)
        if !difference.isEmpty { screen.write(difference) }
        (shown, drawn) = (frame, Date())
    }
}
