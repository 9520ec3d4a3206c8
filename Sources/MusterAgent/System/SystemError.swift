import Glibc

/// A call of the system that failed: what was tried, on what, and what came back.
struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call's name.
    var operation: String
    /// The file or program it was about.
    var subject: String
    /// The errno.
    var code: Int32

    /// `open /a/b: Permission denied`.
    var description: String { "\(operation) \(subject): \(Self.words(code))" }

    /// The failure of the call just made; to be used in the very next statement.
    static func last(_ operation: String, _ subject: String) -> SystemError {
        SystemError(operation: operation, subject: subject, code: errno)
    }

    static func words(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
