import Foundation
import Synchronization

/// Standard output for results, standard error for everything else.
enum Terminal {
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Colour only where a person looks and did not decline it (no-color.org).
    static var hasColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// The full screen that is up now: what is said goes there, and questions take it down for a while.
    static let screen = Mutex<FullScreen?>(nil)

    /// A part of what is printed, as it is.
    static func put(_ bytes: [UInt8]) { try? FileHandle.standardOutput.write(contentsOf: Data(bytes)) }
    static func print(_ text: String) { write(text + "\n", to: FileHandle.standardOutput) }
    static func complain(_ text: String) {
        if let screen = screen.withLock(\.self) { return screen.hear(text) }
        write(text.hasSuffix("\n") ? text : text + "\n", to: FileHandle.standardError)
    }

    /// A line that the next one takes the place of; only at a terminal.
    static func progress(_ text: String) {
        guard errorIsTerminal else { return }
        write("\r\u{1B}[K\(text.prefix(width() - 1))", to: FileHandle.standardError)
    }

    static func endProgress() {
        if errorIsTerminal { write("\r\u{1B}[K", to: FileHandle.standardError) }
    }

    private static func width() -> Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }

    /// A reader that went away (`| head`) is no reason to complain.
    private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }

    /// Asks at the terminal; true for `yes` or `y`.
    static func confirm(_ question: String) -> Bool {
        alone {
            write(question + " [yes/no] ", to: FileHandle.standardError)
            return ["yes", "y"].contains((readLine() ?? "").lowercased())
        }
    }

    /// Does what needs the terminal for itself, such as a question.
    static func alone<Value>(_ body: () -> Value) -> Value {
        let screen = screen.withLock(\.self)
        screen?.pause()
        defer { screen?.goOn() }
        return body()
    }
}

/// Columns of text, as wide as their widest cell; cells of the last column are never padded.
struct Table {
    var header: [String]
    var rows: [[String]] = []
    /// Columns whose cells stand at the right.
    var right: Set<Int> = []

    var text: String {
        let all = [header] + rows.map { $0.map(\.visible) }
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.indices.map { column in
                let pad = String(repeating: " ", count: widths[column] - row[column].count)
                if right.contains(column) { return pad + row[column] }
                return column == row.count - 1 ? row[column] : row[column] + pad
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
