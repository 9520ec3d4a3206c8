import Foundation
import Synchronization

/// The terminal while it shows a full screen: its other buffer, without echo, keys as they are pressed.
///
/// Whoever enters must leave. `exit` leaves too, and so does a question, for as long as it takes.
final class FullScreen: Sendable {
    private struct State {
        var before = termios()
        var isUp = false, isPaused = false
    }

    private let state = Mutex(State())
    private let onWords: @Sendable (String) -> Void
    private let onPause: @Sendable (Bool) -> Void

    /// `onWords` hears what would be said at the terminal; `onPause` is told before somebody else reads keys, and after.
    init(onWords: @escaping @Sendable (String) -> Void, onPause: @escaping @Sendable (Bool) -> Void) {
        (self.onWords, self.onPause) = (onWords, onPause)
    }

    /// Whether there is a terminal to show one at.
    static var isPossible: Bool {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
        return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !["", "dumb"].contains(kind)
    }

    /// Rows and columns now.
    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    func enter() {
        Terminal.screen.withLock { $0 = self }
        _ = Self.atExit
        state.withLock { state in
            guard !state.isUp else { return }
            tcgetattr(STDIN_FILENO, &state.before)
            Self.raise(&state)
        }
    }

    func leave() {
        Terminal.screen.withLock { $0 = nil }
        state.withLock { Self.lower(&$0) }
    }

    /// Somebody else needs the terminal.
    func pause() {
        onPause(true)
        state.withLock { state in
            guard state.isUp else { return }
            Self.lower(&state)
            state.isPaused = true
        }
    }

    /// Back after a pause, or after the whole process was stopped.
    func goOn() {
        state.withLock { state in
            guard state.isPaused else { return }
            state.isPaused = false
            Self.raise(&state)
        }
        onPause(false)
    }

    /// After a stop the shell may have left the terminal otherwise.
    func again() { state.withLock { if $0.isUp { Self.raise(&$0) } } }

    func hear(_ text: String) { onWords(text) }

    /// Writes one frame's difference, all at once; nothing while the screen is not up.
    func write(_ text: String) { state.withLock { if $0.isUp { Self.put(text) } } }

    /// Raw, but output as before, so that nothing else written is torn.
    private static func raise(_ state: inout State) {
        var raw = state.before
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR | ISTRIP)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        state.isUp = true
        put("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
    }

    private static func lower(_ state: inout State) {
        guard state.isUp else { return }
        state.isUp = false
        put("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSADRAIN, &state.before)
    }

    private static func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR || errno == EAGAIN else { return }
            if count > 0 { rest = rest.dropFirst(count) } else { usleep(1000) }
        }
    }

    /// Once: an exit from anywhere leaves the terminal as it was.
    private static let atExit: Void = {
        atexit { Terminal.screen.withLock(\.self)?.leave() }
    }()
}
