import Foundation

/// A terminal of a test's own: a program's screen as a person would see it, and keys for it.
final class PseudoTerminal {
    private let master: Int32
    let slave: FileHandle
    private(set) var screen: TerminalPicture
    private var rest: [UInt8] = []

    init(rows: Int, columns: Int) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (unlock, number): (Int32, Int32) = (0, 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &unlock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard other >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        slave = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        screen = TerminalPicture(rows: rows, columns: columns)
        resize(rows: rows, columns: columns)
    }

    deinit { close(master) }

    func resize(rows: Int, columns: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
        screen.resize(rows: rows, columns: columns)
    }

    func press(_ keys: String) { _ = Array(keys.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    /// The lines that are seen now.
    func lines() -> [String] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(master, &buffer, buffer.count), count > 0 { rest += buffer[..<count] }
        rest = screen.take(rest)
        return screen.lines
    }

    /// How the terminal treats input and output: the flags of its settings.
    var settings: [UInt32] {
        var now = termios()
        tcgetattr(slave.fileDescriptor, &now)
        return [now.c_iflag, now.c_oflag, now.c_lflag]
    }
}

/// What the orders of ECMA-48 that a full screen uses make of a terminal; others are noted.
struct TerminalPicture {
    private var rows: Int, columns: Int
    private var cells: [[Character?]]
    private var row = 0, column = 0
    private(set) var isAlternate = false, hasCursor = true
    private(set) var unknown: [String] = []

    init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    mutating func resize(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        clear()
    }

    var lines: [String] {
        cells.map { row in
            var line = String(row.compactMap(\.self))
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Takes bytes; answers those of an order or character that is not complete.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0x1B {
                guard let end = bytes.indices.dropFirst(at + 2).first(where: { (0x40...0x7E).contains(bytes[$0]) })
                else { return Array(bytes[at...]) }
                obey(String(decoding: bytes[(at + 2)..<end], as: UTF8.self), bytes[end])
                at = end + 1
                continue
            }
            var end = at + 1
            if bytes[at] >= 0xC0 {
                while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
                if end == bytes.count { return Array(bytes[at...]) }
            }
            if let character = String(decoding: bytes[at..<end], as: UTF8.self).first { write(character) }
            at = end
        }
        return []
    }

    private mutating func obey(_ parameters: String, _ letter: UInt8) {
        switch (letter, parameters) {
        case (UInt8(ascii: "H"), _):
            let numbers = parameters.split(separator: ";").compactMap { Int($0) }
            (row, column) = ((numbers.first ?? 1) - 1, (numbers.last ?? 1) - 1)
        case (UInt8(ascii: "J"), "2"): clear()
        case (UInt8(ascii: "m"), _), (UInt8(ascii: "K"), _), (_, "?7"): break
        case (_, "?1049"):
            isAlternate = letter == UInt8(ascii: "h")
            clear()
        case (_, "?25"): hasCursor = letter == UInt8(ascii: "h")
        default: unknown.append("\(parameters)\(Character(Unicode.Scalar(letter)))")
        }
    }

    private mutating func clear() {
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        (row, column) = (0, 0)
    }

    private mutating func write(_ character: Character) {
        switch character {
        case "\r": column = 0
        case "\n", "\r\n":
            row += 1
            if row == rows {
                cells.removeFirst()
                cells.append(Array(repeating: " ", count: columns))
                row -= 1
            }
        default:
            guard row < rows, column < columns else { return }
            cells[row][column] = character
            // East Asian characters of the tests' names.
            let isWide = character.unicodeScalars.first.map { (0x2E80...0x9FFF).contains($0.value) } ?? false
            if isWide, column + 1 < columns { cells[row][column + 1] = nil }
            column += isWide ? 2 : 1
        }
    }
}
