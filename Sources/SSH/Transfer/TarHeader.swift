/// One member of a tar archive, without its contents.
struct TarHeader: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case file(size: Int64)
        case folder
        case symbolicLink(to: String)
        /// Another name of a member that came before.
        case hardLink(to: String)
    }

    var path: String
    var kind: Kind
    /// The nine permission bits.
    var mode: UInt32
    /// Seconds since 1970.
    var modified: Int64

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
enum TarFormat {
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

    static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// The sum of all bytes with the checksum's own field taken as spaces.
    static func checksum(of block: some Collection<UInt8>) -> Int {
        block.enumerated().reduce(0) { sum, item in
            sum + (checksum.contains(item.offset) ? 32 : Int(item.element))
        }
    }
}
