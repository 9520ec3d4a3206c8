import Glibc
public import MusterCore

/// What became of a product's files since they were recorded.
public enum ProductFinding: Hashable, Sendable {
    /// They are as they were.
    case intact
    /// One is not there.
    case gone(String)
    /// One is not what it was: size, checksum or kind differs.
    case changed(String)
}

extension ProductFolder {
    /// Looks whether the files of an entry are there and of the recorded size, and, with `contents`, whether those with
    /// a checksum still have it.
    public func finding(on entry: ProductManifest.Entry, contents: Bool) throws(ProductError) -> ProductFinding {
        for file in entry.files {
            let path = path(of: file)
            // Own files are no links: what a link leads to is nobody's promise.
            guard let status = try file.isOutside ? Files.target(path) : Files.status(path) else { return .gone(path) }
            guard status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) == file.size else { return .changed(path) }
            if contents, let recorded = file.sha256, try Files.digest(path) != recorded { return .changed(path) }
        }
        return .intact
    }

    /// Describes a file: `path` is where it is now, `recorded` how it will be named.
    func describe(_ path: String, as recorded: String) throws(ProductError) -> ProductManifest.File {
        guard let status = try Files.target(path) else {
            throw .system(SystemCall(name: "stat", subject: path, code: ENOENT))
        }
        let size = Int64(status.st_size)
        return ProductManifest.File(
            path: recorded, size: size, sha256: size <= checksums.limit ? try Files.digest(path) : nil)
    }

    /// How it stands with a product of which `entry` is recorded and `key` is asked for.
    public func status(
        of entry: ProductManifest.Entry?, key: CacheKey?, contents: Bool = false
    ) throws(ProductError) -> ProductStatus {
        guard let entry else { return .missing }
        switch try finding(on: entry, contents: contents) {
        case .gone: return .missing
        case .changed: return .stale
        case .intact: return key != nil && key == entry.key ? .onDisk : .stale
        }
    }
}
