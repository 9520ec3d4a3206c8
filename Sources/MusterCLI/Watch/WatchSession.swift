import ArgumentParser
import Foundation
import MusterCore
import MusterHistory

/// `muster watch` in a terminal: one loop that takes news, keeps the view, and draws at most ten times a second.
final class WatchSession {
    let run: String
    let takeOver: Bool
    private let stream: AsyncStream<WatchNews>
    let news: AsyncStream<WatchNews>.Continuation
    private let screen: FullScreen
    private let sources: WatchSources
    var model: WatchModel
    var view = WatchView()
    private var parser = KeyParser()
    private var shown: Frame?
    private var drawn = Date.distantPast, isDrawPlanned = false
    private let hasColour = Terminal.hasColour
    var record: RunRecord?
    var follow: Task<Void, Never>?, log: Task<Void, Never>?
    var isOrdering = false
    /// What was said while the screen was up; said again behind it.
    private var words: [String] = []
    /// Why the loop ends.
    private enum End { case left, over, failed(any Error) }
    /// The run has ended; an order may make it go on.
    var isOver = false

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
