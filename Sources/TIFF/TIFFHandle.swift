internal import CTIFF

/// An open libtiff file and its messages; closed when its owner goes.
///
/// Not `Sendable`: libtiff keeps a current page in the file, so one thread at a time may use it.
final class TIFFHandle {
    let pointer: OpaquePointer
    let path: String
    private let messages = TIFFMessages()

    /// Opens with libtiff's mode letters. `largestBlock` bounds each piece of memory that libtiff asks for, in bytes.
    init(_ path: String, mode: String, operation: String, largestBlock: Int) throws(TIFFError) {
        guard let options = TIFFOpenOptionsAlloc() else {
            throw TIFFError(operation: operation, path: path, reason: "no memory")
        }
        defer { TIFFOpenOptionsFree(options) }
        TIFFOpenOptionsSetMaxSingleMemAlloc(options, tmsize_t(largestBlock))
        messages.attach(to: options)
        guard let pointer = TIFFOpenExt(path, mode, options) else {
            var reason = messages.take() ?? "libtiff gives no reason"
            if reason.hasPrefix(path + ": ") { reason.removeFirst(path.count + 2) }
            throw TIFFError(operation: operation, path: path, reason: reason)
        }
        self.pointer = pointer
        self.path = path
    }

    deinit { TIFFClose(pointer) }

    /// The failure of the call just made, in libtiff's words.
    func failure(_ operation: String, page: Int? = nil, _ fallback: String = "libtiff gives no reason") -> TIFFError {
        TIFFError(operation: operation, path: path, page: page, reason: messages.take() ?? fallback)
    }

    /// Forgets what libtiff said so far, and gives back its warnings about tags that it left out.
    func takeIgnored() -> [String] {
        _ = messages.take()
        return messages.takeIgnored()
    }

    func number16(_ tag: Int32) -> UInt16? {
        var value: UInt16 = 0
        return ctiff_get_u16(pointer, UInt32(tag), &value) == 1 ? value : nil
    }

    func number32(_ tag: Int32) -> UInt32? {
        var value: UInt32 = 0
        return ctiff_get_u32(pointer, UInt32(tag), &value) == 1 ? value : nil
    }

    func fraction(_ tag: Int32) -> Double? {
        var value: Float = 0
        return ctiff_get_float(pointer, UInt32(tag), &value) == 1 && value.isFinite ? Double(value) : nil
    }

    /// Bytes that are no UTF-8 become replacement characters.
    func text(_ tag: Int32) -> String? {
        var value: UnsafePointer<CChar>?
        guard ctiff_get_text(pointer, UInt32(tag), &value) == 1, let value else { return nil }
        return String(cString: value)
    }
}
