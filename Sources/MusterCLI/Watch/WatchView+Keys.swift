import MusterCore
import MusterHistory

extension WatchView {
    /// Takes a key. `page`: how many rows of the pane are seen.
    mutating func press(_ key: Key, _ model: WatchModel, page: Int) -> Action? {
        switch key {
        case .interrupt: return .leave
        case .suspend: return .suspend
        case .redraw: return .redraw
        default: break
        }
        if let question {
            self.question = nil
            return key == .character("y") || key == .character("Y") ? question.action : nil
        }
        if isTyping {
            type(key, model)
            return nil
        }
        if move(key, page: max(1, page)) { return nil }
        return act(key, model)
    }

    private mutating func type(_ key: Key, _ model: WatchModel) {
        switch key {
        case .enter: isTyping = false
        case .escape: (isTyping, filter) = (false, "")
        case .backspace: _ = filter.popLast()
        case .character(let character): filter.append(character)
        default: break
        }
        refresh(model)
    }

    private mutating func move(_ key: Key, page: Int) -> Bool {
        let step: Int
        switch key {
        case .up, .character("k"): step = -1
        case .down, .character("j"): step = 1
        case .pageUp: step = -page
        case .pageDown, .character(" "): step = page
        case .home, .character("g"): step = -1_000_000_000
        case .end, .character("G"): step = 1_000_000_000
        default: return false
        }
        guard pane == .jobs else {
            // The screen knows how long the text is, and keeps this within.
            textTop = max(0, textTop + step)
            isFollowing = key == .end || key == .character("G") || isFollowing && step > 0
            return true
        }
        guard !shown.isEmpty else { return true }
        selected = shown[min(max((row ?? 0) + step, 0), shown.count - 1)]
        return true
    }

    private mutating func act(_ key: Key, _ model: WatchModel) -> Action? {
        switch key {
        case .character("q"):
            if pane == .jobs { return .leave }
            back()
        case .escape:
            if pane == .jobs, !filter.isEmpty {
                filter = ""
                refresh(model)
            } else {
                back()
            }
        case .tab: turn(to: pane == .jobs ? .nodes : pane == .nodes ? .failures : .jobs)
        case .enter: if pane == .jobs, selected != nil { turn(to: .job) }
        case .character("/"):
            turn(to: .jobs)
            isTyping = true
        case .character("?"), .character("h"): turn(to: .help)
        case .character("o"):
            isByStanding.toggle()
            refresh(model)
        case .character("l"):
            guard let selected, pane == .jobs || pane == .job else { return nil }
            turn(to: .log)
            (log, isFollowing) = ([], true)
            return .log(selected)
        case .character("c"): ask(model, about: selected.map { [$0] } ?? [], cancels: true)
        case .character("C"): ask(model, about: shown, cancels: true)
        case .character("r"): ask(model, about: selected.map { [$0] } ?? [], cancels: false)
        case .character("R"): ask(model, about: shown, cancels: false)
        default: break
        }
        return nil
    }

    private mutating func back() { turn(to: pane == .log ? .job : .jobs) }

    private mutating func turn(to pane: Pane) { (self.pane, textTop) = (pane, 0) }

    /// Asks before jobs are ended or begun again; says so where none of them can be.
    private mutating func ask(_ model: WatchModel, about places: [Int], cancels: Bool) {
        guard pane == .jobs || pane == .job else { return }
        let meant = places.filter { place in
            let outcome = model.jobs[place].standing.outcome
            return cancels ? outcome == nil : outcome.map { $0 != .succeeded } ?? false
        }
        guard let first = meant.first else {
            note = cancels ? "nothing to cancel: it has ended" : "nothing to retry: only what ended without success"
            return
        }
        let what = meant.count == 1 ? "'\(model.jobs[first].id)'" : "\(meant.count) jobs"
        let numbers = meant.map { $0 + 1 }
        question = Question(
            words: "\(cancels ? "cancel" : "retry") \(what)? y / n",
            action: cancels ? .cancel(numbers) : .retry(numbers))
    }
}
