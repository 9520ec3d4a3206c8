import Glibc

/// Something to be sent in a tar stream.
public struct TarItem: Equatable, Sendable {
    /// Where its bytes come from.
    public enum Content: Equatable, Sendable {
        /// A file of this machine, read while sending.
        case file(String)
        /// These bytes.
        case bytes([UInt8])
        /// A folder; those on the way to a file need no item of their own.
        case folder
        /// A symbolic link to this target.
        case symbolicLink(String)
    }

    /// The path on the other side, relative to the folder that receives.
    public var path: String
    /// What it is.
    public var content: Content
    /// Permission bits; nil for the file's own, or 0644 and 0755.
    public var mode: UInt32?

    /// An item.
    public init(_ path: String, _ content: Content, mode: UInt32? = nil) {
        self.path = path
        self.content = content
        self.mode = mode
    }

    /// Everything below a folder of this machine, sorted by name, under `path`; special files are passed over.
    public static func tree(_ folder: String, as path: String) throws(SSHError) -> [TarItem] {
        do throws(LocalFileError) {
            return try walk(folder, path)
        } catch {
            throw SSHError(
                .transferFailed, "list what to send from", host: folder, code: error.code, text: error.description)
        }
    }

    private static func walk(_ folder: String, _ path: String) throws(LocalFileError) -> [TarItem] {
        var items = [TarItem(path, .folder, mode: try LocalFile.facts(folder).st_mode & 0o777)]
        for name in try LocalFile.names(in: folder) {
            let (source, target) = ("\(folder)/\(name)", "\(path)/\(name)")
            switch try LocalFile.facts(source).st_mode & S_IFMT {
            case S_IFDIR: items += try walk(source, target)
            case S_IFLNK: items.append(TarItem(target, .symbolicLink(try LocalFile.linkTarget(source))))
            case S_IFREG: items.append(TarItem(target, .file(source)))
            default: continue
            }
        }
        return items
    }
}
