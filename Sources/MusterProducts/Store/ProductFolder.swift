import MusterCore

/// Up to which size files get a checksum: reading a file again is the price for finding it changed.
public struct ProductChecksums: Hashable, Sendable {
    /// The largest size in bytes.
    public var limit: Int64

    /// Files of at most `limit` bytes.
    public static func upTo(_ limit: Int64) -> ProductChecksums { ProductChecksums(limit: limit) }
    /// All files.
    public static let always = ProductChecksums(limit: .max)
    /// No file; only sizes are compared.
    public static let never = ProductChecksums(limit: -1)
}

/// A folder that products are kept in, shared by all processes that know it.
///
///     manifest.json      what there is; replaced as a whole. A product counts only when it stands here
///     manifest.lock      held (flock) by who changes the folder, shared by who reads products
///     NAME/              the files of a product, moved here complete
///     .new-HOST-PID-...  what a process is making
public struct ProductFolder: Hashable, Sendable {
    /// Its path.
    public let path: String
    /// Which files get a checksum.
    public let checksums: ProductChecksums

    /// Names a folder, which need not be there.
    public init(_ path: String, checksums: ProductChecksums = .upTo(256 << 20)) {
        (self.path, self.checksums) = (path, checksums)
    }

    /// The manifest's path.
    public var manifestPath: String { "\(path)/manifest.json" }

    /// True for what can be a product's name, since its folder has it: at most 100 letters, digits, `_`, `-` and `.`
    /// of ASCII, the first no `.` and no `-`.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 100, !name.hasPrefix("manifest.") else { return false }
        return first != UInt8(ascii: ".") && first != UInt8(ascii: "-")
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "_-.".utf8.contains($0)
            }
    }

    /// The manifest as it is now; an empty one where there is no file. A torn one is an error, not an empty one.
    public func manifest() throws(ProductError) -> ProductManifest {
        guard try Files.target(manifestPath) != nil else { return ProductManifest() }
        let bytes = try Files.content(manifestPath)
        do throws(ProductManifest.Unreadable) {
            return try ProductManifest(parsing: bytes)
        } catch {
            throw .manifest(path: manifestPath, why: error.description)
        }
    }

    /// Changes the manifest while no other process does.
    public func update(_ change: (inout ProductManifest) -> Void) throws(ProductError) {
        try Files.makeFolders(path)
        try locked(.alone) { () throws(ProductError) in
            var manifest = try manifest()
            change(&manifest)
            try write(manifest)
        }
    }

    /// Replaces the manifest; only for the lock's holder. A reader sees the old one or the new one.
    func write(_ manifest: ProductManifest) throws(ProductError) {
        let temporary = "\(manifestPath).tmp"
        try Files.write(temporary, Array((manifest.json.pretty + "\n").utf8))
        try Files.move(temporary, to: manifestPath)
        try Files.sync(path)
    }

    /// Where a recorded file is.
    public func path(of file: ProductManifest.File) -> String { file.isOutside ? file.path : "\(path)/\(file.path)" }
}
