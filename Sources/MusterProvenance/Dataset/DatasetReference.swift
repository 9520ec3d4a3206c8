import MusterCore

/// A data set as people write it: its name, or name and version, `cells@1.2.0`.
public struct DatasetReference: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String
    /// The version; nil for the latest.
    public let version: DatasetSpec.Version?

    /// Names a data set; nil where that is no name.
    public init?(name: String, version: DatasetSpec.Version? = nil) {
        guard Self.isName(name) else { return nil }
        self.name = name
        self.version = version
    }

    /// Reads `NAME` or `NAME@MAJOR.MINOR.PATCH`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, Self.isName(parts[0]) else { return nil }
        name = parts[0]
        guard parts.count == 2 else {
            version = nil
            return
        }
        // A version has one spelling: `01.0.0` and `+1.0.0` are none.
        guard let version = DatasetSpec.Version(parts[1]), version.description == parts[1] else { return nil }
        self.version = version
    }

    /// The text that it was read from.
    public var description: String { version.map { "\(name)@\($0)" } ?? name }

    /// What a name may be, for messages.
    public static let rule = "a name has letters, digits, '-', '_' and '.', and begins with a letter or digit"

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            first != UInt8(ascii: "_"), text.utf8.count <= 100
        else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}

extension ResourceID {
    /// The identifier of the data set of this name: made from the name, so that two machines agree.
    public static func dataset(_ name: String) -> ResourceID {
        let signs = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var digest = SHA256()
        digest.update(Array("dataset \(name)".utf8))
        let letters = digest.finish().prefix(12).map { signs[Int($0) % signs.count] }
        let groups = stride(from: 0, to: 12, by: 4).map { String(letters[$0..<$0 + 4]) }
        // Letters of the grammar only, so it is always one.
        return ResourceID((["DATA"] + groups).joined(separator: "-")) ?? .dryRun
    }
}
