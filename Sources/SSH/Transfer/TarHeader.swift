/// One member of a tar archive, without its contents.
package struct TarHeader: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case file(size: Int64)
        case folder
        case symbolicLink(to: String)
        /// Another name of a member that came before.
        case hardLink(to: String)
    }

    package var path: String
    package var kind: Kind
    /// The nine permission bits.
    package var mode: UInt32
    /// Seconds since 1970.
    package var modified: Int64

    package init(path: String, kind: Kind, mode: UInt32, modified: Int64) {
        (self.path, self.kind, self.mode, self.modified) = (path, kind, mode, modified)
    }

    /// Bytes of contents that follow the header.
    var size: Int64 {
        if case .file(let size) = kind { size } else { 0 }
    }
}

/// What makes an archive unusable or dangerous.
struct TarError: Error, Equatable {
    let text: String

    init(_ text: String) { self.text = text }
}

/// Sizes that reader and writer share (POSIX.1-2017, pax, "ustar Interchange Format").
package enum TarFormat {
    static let block = 512
    static let path = 0..<100
    static let mode = 100..<108
    static let user = 108..<116
    static let group = 116..<124
    static let size = 124..<136
    static let modified = 136..<148
    static let checksum = 148..<156
    static let type = 156
    static let link = 157..<257
    static let magic = 257..<265
    static let prefix = 345..<500

    package static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// The sum of all bytes with the checksum's own field taken as spaces.
    static func checksum(of block: some Collection<UInt8>) -> Int {
        block.enumerated().reduce(0) { sum, item in
            sum + (checksum.contains(item.offset) ? 32 : Int(item.element))
        }
    }
}
