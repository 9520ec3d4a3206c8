internal import CTIFF
internal import Glibc

/// What libtiff had to say about one file since the last question.
///
/// libtiff calls back on the thread that called it, and each open file has messages of its own, so nothing is shared
/// and nothing reaches stderr.
final class TIFFMessages {
    private var texts: [String] = []
    private var ignored: [String] = []

    /// A damaged file may give rise to thousands; the first ones name the cause.
    private static let limit = 4

    /// libtiff's words since the last call, in order; nil where it said nothing.
    func take() -> String? {
        defer { texts.removeAll() }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    /// Warnings since the last call that a tag could not be read and was left out.
    func takeIgnored() -> [String] {
        defer { ignored.removeAll() }
        return ignored
    }

    fileprivate func add(_ text: String) {
        if texts.count < Self.limit, !texts.contains(text) { texts.append(text) }
    }

    /// Unknown private tags are what most warnings are about, and every microscope has some; those are dropped.
    fileprivate func addWarning(_ text: String) {
        if ignored.count < Self.limit, text.hasSuffix("tag ignored") { ignored.append(text) }
    }

    /// Makes the messages of the file about to be opened come here; `self` must outlive the open file.
    func attach(to options: OpaquePointer) {
        let user = Unmanaged.passUnretained(self).toOpaque()
        TIFFOpenOptionsSetErrorHandlerExtR(options, { deliver($1, $3, $4) { $0.add($1) } }, user)
        TIFFOpenOptionsSetWarningHandlerExtR(options, { deliver($1, $3, $4) { $0.addWarning($1) } }, user)
    }
}

/// The body of libtiff's handlers. Its answer 1 means that the global handler, which prints, is left alone.
private func deliver(
    _ user: UnsafeMutableRawPointer?, _ format: UnsafePointer<CChar>?, _ arguments: CVaListPointer?,
    to add: (TIFFMessages, String) -> Void
) -> Int32 {
    guard let user, let format, let arguments else { return 1 }
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
        let length = vsnprintf(buffer.baseAddress, buffer.count, format, arguments)
        return length < 0 ? "unknown error" : String(cString: buffer.baseAddress!)
    }
    add(Unmanaged<TIFFMessages>.fromOpaque(user).takeUnretainedValue(), text)
    return 1
}
