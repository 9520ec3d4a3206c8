import MusterCore
import Testing

@testable import MusterCLI

/// Keys, and what they do to the view.
@Suite struct WatchKeyTests {
    @Test func sequencesAreKeysAlsoInParts() {
        var parser = KeyParser()
        #expect(parser.take("j\u{1B}[A\u{1B}[6~é".utf8) == [.character("j"), .up, .pageDown, .character("é")])
        #expect(parser.take([0x1B]).isEmpty && parser.isWaiting)
        #expect(parser.take("[".utf8).isEmpty)
        #expect(parser.take("B".utf8) == [.down])
        #expect(parser.take([0x1B]).isEmpty)
        #expect(parser.flush() == [.escape] && !parser.isWaiting)
        #expect(parser.take([0x1B, UInt8(ascii: "q")]) == [.escape, .character("q")])
        #expect(
            parser.take([0x03, 0x1A, 0x0C, 0x0D, 0x09, 0x7F]) == [
                .interrupt, .suspend, .redraw, .enter, .tab, .backspace,
            ])
        #expect(parser.take("\u{1B}[1;5D\u{1B}OHx".utf8) == [.home, .character("x")])
    }

    private func press(_ keys: [Key], _ view: inout WatchView, _ model: WatchModel) -> [WatchView.Action] {
        keys.compactMap { view.press($0, model, page: 5) }
    }

    @Test func theChosenJobStaysChosenWhenOthersMove() {
        let model = WatchFixture.model()
        var view = WatchView()
        view.refresh(model)
        #expect(view.shown.prefix(5) == [7, 8, 9, 10, 2])
        _ = press([.down, .down], &view, model)
        #expect(view.selected == 9)
        _ = press([.character("o")], &view, model)
        #expect(view.selected == 9 && view.row == 9 && view.shown == Array(0..<18))
    }

    @Test func filtersAreWordsOfJobStateAndNode() {
        let model = WatchFixture.model()
        var view = WatchView()
        view.refresh(model)
        _ = press([.character("/")] + "OOM".map(Key.character) + [.enter], &view, model)
        #expect(view.shown == [2] && view.selected == 2 && !view.isTyping)
        _ = press([.character("/")] + Array(repeating: .backspace, count: 3) + "q gpu".map(Key.character), &view, model)
        #expect(view.shown.isEmpty && view.selected == nil)
        _ = press([.escape], &view, model)
        #expect(view.shown.count == 18 && view.filter.isEmpty)
    }

    @Test func ordersAreAskedForAndOnlyForWhatTheyFit() {
        let model = WatchFixture.model()
        var view = WatchView()
        view.refresh(model)
        #expect(press([.character("c")], &view, model).isEmpty)
        #expect(view.question?.words == "cancel 'lr-0.01/scan_101'? y / n")
        #expect(press([.character("n")], &view, model).isEmpty && view.question == nil)
        #expect(press([.character("c"), .character("y")], &view, model) == [.cancel([8])])
        #expect(press([.character("r")], &view, model).isEmpty && view.question == nil && view.note.contains("nothing"))
        #expect(press([.character("R"), .character("y")], &view, model) == [.retry([3, 5, 7])])
        #expect(press([.character("C")], &view, model).isEmpty)
        #expect(view.question?.words == "cancel 11 jobs? y / n")
        #expect(press([.interrupt], &view, model) == [.leave])
        #expect(WatchSession.ranges([7, 3, 5, 4, 9]) == "3-5,7,9")
    }

    @Test func escapeAndLeaveGoBackFirst() {
        let model = WatchFixture.model()
        var view = WatchView()
        view.refresh(model)
        #expect(press([.enter, .character("l")], &view, model) == [.log(7)])
        #expect(view.pane == .log)
        #expect(press([.escape], &view, model).isEmpty && view.pane == .job)
        #expect(press([.character("q")], &view, model).isEmpty && view.pane == .jobs)
        #expect(press([.character("q")], &view, model) == [.leave])
    }
}
