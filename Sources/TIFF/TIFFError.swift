/// A TIFF file that cannot be read or written: what was tried, where, and what came back.
public struct TIFFError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was tried, as a verb: `open`, `read`, `write`.
    public let operation: String
    /// The file's path, as it was given.
    public let path: String
    /// The page, from 0; nil where the whole file is meant.
    public let page: Int?
    /// libtiff's words, or this module's for what it refused itself.
    public let reason: String

    /// An error with words of the caller's own.
    public init(operation: String, path: String, page: Int? = nil, reason: String) {
        self.operation = operation
        self.path = path
        self.page = page
        self.reason = reason
    }

    /// `cannot read page 3 of 'x.tif': Read error on strip 0; got 10 bytes, expected 64`.
    public var description: String {
        let place = page.map { "page \($0) of " } ?? ""
        return "cannot \(operation) \(place)'\(path)': \(reason)"
    }
}
