/// Names of files as manifests of bags write them (RFC 8493, section 2.1.3).
public enum BagPath {
    /// Line ends and `%` in per cent and hex digits; all else as it is.
    public static func encode(_ path: String) -> String {
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case 0x0A: bytes += "%0A".utf8
            case 0x0D: bytes += "%0D".utf8
            case UInt8(ascii: "%"): bytes += "%25".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what `encode` writes. Other per cent signs, which some programs write as they are, stay.
    public static func decode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var (result, at): ([UInt8], Int) = ([], 0)
        while at < bytes.count {
            let code = bytes[at...].prefix(3).map { $0 | ($0 >= 0x40 ? 0x20 : 0) }
            let sign: UInt8? =
                switch code {
                case Array("%0a".utf8): 0x0A
                case Array("%0d".utf8): 0x0D
                case Array("%25".utf8): UInt8(ascii: "%")
                default: nil
                }
            result.append(sign ?? bytes[at])
            at += sign == nil ? 1 : 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether a name stays below the folder that it is used in, on every machine: neither absolute nor from a home folder,
    /// no drive, no empty part, `.` or `..`, no NUL.
    public static func isSafe(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        guard let first = bytes.first, first != UInt8(ascii: "~"), !bytes.contains(0),
            !(bytes.count > 1 && bytes[1] == UInt8(ascii: ":"))
        else { return false }
        return bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
    }
}
