import Glibc

/// Tells whoever asked how far the computation is.
///
/// Where the environment variable MUSTER_PROGRESS names a file, a JSON line is appended to it for each report, in one
/// `write(2)` with O_APPEND, so lines of several processes never mix. Without it lines of plain text go to stderr, if
/// they were asked for. Nothing that goes wrong here, like a full disk or a reader that left, reaches the computation.
public final class ProgressReporter {
    private enum Sink {
        case none
        case lines(path: String)
        case text
    }

    private let sink: Sink
    private var descriptor: Int32 = -1
    private var latest: ContinuousClock.Instant?

    /// The step whose fields of view are counted; nil for whichever runs.
    var counted: String?
    /// Fields of view that it has finished.
    private var items = 0

    private static let pause = Duration.milliseconds(100)

    /// Reads MUSTER_PROGRESS; `isVerbose` asks for plain lines on stderr where the variable is not set.
    public convenience init(isVerbose: Bool) {
        self.init(path: getenv("MUSTER_PROGRESS").map { String(cString: $0) }, isVerbose: isVerbose)
    }

    package init(path: String?, isVerbose: Bool) {
        if let path, !path.isEmpty {
            sink = .lines(path: path)
            // A reader that closed its end of a pipe must not end the computation.
            signal(SIGPIPE, SIG_IGN)
        } else {
            sink = isVerbose ? .text : .none
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// A step has finished a field of view.
    func finish(_ stage: String) {
        guard counted ?? stage == stage else { return }
        items += 1
        if case .lines(let path) = sink { write("{\"stage\":\(jsonText(stage)),\"items\":\(items)}\n", path) }
    }

    /// `done` of `total` frames are finished. The last frame is always reported, others about ten times a second.
    func report(_ stage: String, _ item: String, done: Int, total: Int, _ message: String) {
        if case .none = sink { return }
        let now = ContinuousClock.now
        if done < total, let latest, now - latest < Self.pause { return }
        latest = now
        switch sink {
        case .none: break
        case .text: send("\(stage) \(item): \(message) \(done)/\(total)\n", to: 2)
        case .lines(let path):
            write(Self.line(stage, item, done, total, message), path)
        }
    }

    private func write(_ line: String, _ path: String) {
        if descriptor < 0 {
            // Without waiting for a reader where the file is a named pipe.
            descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        }
        if descriptor >= 0 { send(line, to: descriptor) }
    }

    /// A line on stderr about something that the person should know, although the step goes on.
    func warn(_ text: String) { send("warning: \(text)\n", to: 2) }

    static func line(_ stage: String, _ item: String, _ done: Int, _ total: Int, _ message: String) -> String {
        "{\"stage\":\(jsonText(stage)),\"item\":\(jsonText(item)),\"t\":\(done),\"T\":\(total),"
            + "\"message\":\(jsonText(message))}\n"
    }

    private func send(_ line: String, to descriptor: Int32) {
        var line = line
        line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// A text as a JSON string (RFC 8259, section 7).
func jsonText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20:
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
