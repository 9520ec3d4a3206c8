import Glibc

/// Reads small files of /proc and of control groups: one read each, into one buffer that is kept. Belongs to the agent's one thread.
enum ProcFile {
    // One thread of the agent reads all of them.
    nonisolated(unsafe) private static var buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 16384, alignment: 16)

    /// Calls `body` with the content, at most 16 KiB of it; nil when the file can't be read. What it is given ends with
    /// the call.
    static func with<Result>(_ path: String, _ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var count = 0
        repeat { count = read(descriptor, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
        close(descriptor)
        guard count >= 0 else { return nil }
        return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// The content as text; nil when it can't be read.
    static func text(_ path: String) -> String? { with(path) { String(decoding: $0, as: UTF8.self) } }

    /// The whole numbers in a file of nothing but such.
    static func numbers(_ path: String) -> [Int] { with(path, numbers) ?? [] }

    fileprivate static func numbers(_ bytes: UnsafeRawBufferPointer) -> [Int]? {
        var numbers: [Int] = []
        var value: Int?
        for byte in bytes {
            if byte >= 0x30, byte <= 0x39 {
                value = (value ?? 0) &* 10 &+ Int(byte - 0x30)
            } else if let number = value {
                numbers.append(number)
                value = nil
            }
        }
        // A number at the very end of a full buffer may be cut.
        if let value, bytes.count < 16384 { numbers.append(value) }
        return numbers
    }

    /// Reads an open file from its beginning, as ``with(_:_:)`` does.
    fileprivate static func with<Result>(
        _ descriptor: Int32, _ body: (UnsafeRawBufferPointer) -> Result?
    ) -> Result? {
        var count = 0
        repeat { count = pread(descriptor, buffer.baseAddress, buffer.count, 0) } while count < 0 && errno == EINTR
        return count >= 0 ? body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
    }
}

/// A file of /proc or of a control group that is read again and again: it stays open.
struct KeptFile {
    private let path: String
    private var descriptor: Int32 = -1

    init(_ path: String) { self.path = path }

    /// The content, at most 16 KiB of it; nil when the file can't be read.
    mutating func with<Result>(_ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
        if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { return nil }
        return ProcFile.with(descriptor, body)
    }

    /// The content as text; nil when it can't be read.
    mutating func text() -> String? { with { String(decoding: $0, as: UTF8.self) } }

    /// The whole numbers in a file of nothing but such.
    mutating func numbers() -> [Int] { with(ProcFile.numbers) ?? [] }
}
