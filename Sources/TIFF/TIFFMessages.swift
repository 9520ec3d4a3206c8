internal import CTIFF
internal import Glibc

/// What libtiff had to say about one file since the last question.
///
/// libtiff calls back on the thread that called it, and each open file has messages of its own, so nothing is shared
/// and nothing reaches stderr.
final class TIFFMessages {
    private var texts: [String] = []

    /// A damaged file may give rise to thousands; the first ones name the cause.
    private static let limit = 4

    /// libtiff's words since the last call, in order; nil where it said nothing.
    func take() -> String? {
        defer { texts.removeAll() }
        return texts.isEmpty ? nil : texts.joined(separator: "; ")
    }

    fileprivate func add(_ text: String) {
        if texts.count < Self.limit, !texts.contains(text) { texts.append(text) }
    }

    /// Makes the messages of the file about to be opened come here; `self` must outlive the open file.
    func attach(to options: OpaquePointer) {
        TIFFOpenOptionsSetErrorHandlerExtR(options, keepMessage, Unmanaged.passUnretained(self).toOpaque())
        // Unknown private tags are what most warnings are about, and every microscope has some.
        TIFFOpenOptionsSetWarningHandlerExtR(options, { _, _, _, _, _ in 1 }, nil)
    }
}

/// libtiff's error handler. Its answer 1 means that the global handler, which prints, is left alone.
private func keepMessage(
    _ tiff: OpaquePointer?, _ user: UnsafeMutableRawPointer?, _ module: UnsafePointer<CChar>?,
    _ format: UnsafePointer<CChar>?, _ arguments: CVaListPointer?
) -> Int32 {
    guard let user, let format, let arguments else { return 1 }
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
        let length = vsnprintf(buffer.baseAddress, buffer.count, format, arguments)
        return length < 0 ? "unknown error" : String(cString: buffer.baseAddress!)
    }
    Unmanaged<TIFFMessages>.fromOpaque(user).takeUnretainedValue().add(text)
    return 1
}
