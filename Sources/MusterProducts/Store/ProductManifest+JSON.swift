public import MusterCore

extension ProductManifest {
    /// Why a text is no manifest.
    public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        /// What was expected, where.
        public var description: String
    }

    /// The form in which it is written: products sorted by name, so that equal manifests are equal files.
    public var json: JSON {
        .object([
            "version": .int(Self.version),
            "products": .object(entries.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) }),
        ])
    }

    /// Reads the content of a file.
    public init(parsing bytes: some Sequence<UInt8>) throws(Unreadable) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw Unreadable(description: error.description)
        }
        try self.init(json: json)
    }

    /// Reads what `json` writes. A version that is not known is refused: what it means can't be guessed.
    public init(json: JSON) throws(Unreadable) {
        guard let version = json["version"]?.int else { throw Unreadable(description: "it has no version") }
        guard version == Self.version else {
            throw Unreadable(description: "its version is \(version), and this program reads version \(Self.version)")
        }
        guard let products = json["products"]?.members else {
            throw Unreadable(description: "expected an object 'products'")
        }
        entries = [:]
        for product in products {
            guard let entry = Entry(json: product.value) else {
                throw Unreadable(description: "the entry of '\(product.key)' is not complete")
            }
            guard entry.files.allSatisfy({ $0.isOutside || $0.lies(inFolderOf: product.key) }) else {
                throw Unreadable(description: "the entry of '\(product.key)' names a file outside of its folder")
            }
            guard entries.updateValue(entry, forKey: product.key) == nil else {
                throw Unreadable(description: "it names '\(product.key)' twice")
            }
        }
    }
}

extension ProductManifest.Entry {
    var json: JSON {
        .object([
            "type": .string(type), "files": .array(files.map(\.json)), "saved_at": .string(savedAt.description),
            "cache_key": key.map { .string($0.text) },
            "inputs": inputs.json,
            "made_by": .object([
                "host": .string(maker.host), "pid": .int(maker.pid), "program": .string(maker.program),
            ]),
            "duration": .double(duration), "metadata": metadata.isEmpty ? nil : .object(metadata),
        ])
    }

    init?(json: JSON) {
        guard let type = json["type"]?.string, let list = json["files"]?.array,
            let saved = json["saved_at"]?.string.flatMap(Timestamp.init(parsing:)),
            let inputs = json["inputs"].flatMap(ProductManifest.Inputs.init),
            let host = json["made_by"]?["host"]?.string,
            let pid = json["made_by"]?["pid"]?.int.flatMap(Int32.init(exactly:)),
            let program = json["made_by"]?["program"]?.string, let duration = json["duration"]?.double
        else { return nil }
        let files = list.compactMap(ProductManifest.File.init)
        let key = json["cache_key"]?.string
        guard files.count == list.count, key == nil || key.flatMap(CacheKey.init) != nil else { return nil }
        self.init(
            type: type, files: files, savedAt: saved, key: key.flatMap(CacheKey.init),
            inputs: inputs, maker: Maker(host: host, pid: pid, program: program), duration: duration,
            metadata: json["metadata"]?.members ?? [])
    }
}

extension ProductManifest.File {
    /// True for a user's own file.
    public var isOutside: Bool { path.hasPrefix("/") }

    /// True when the path leads into the product's own folder and not out of it again.
    func lies(inFolderOf product: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 1 && parts[0] == product && ProductFolder.isName(product)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    var json: JSON {
        .object(["path": .string(path), "size": .int(size), "sha256": sha256.map(JSON.string)])
    }

    init?(json: JSON) {
        guard let path = json["path"]?.string, let size = json["size"]?.int else { return nil }
        self.init(path: path, size: size, sha256: json["sha256"]?.string)
    }
}

extension ProductManifest.Inputs {
    var json: JSON {
        .object([
            "step": .string(step), "code": .string(code), "config": config.map(JSON.object) ?? .null,
            "requires": .object(
                requires.sorted { $0.key < $1.key }.map { pair in
                    JSON.Member(pair.key, pair.value.map { .string($0.text) } ?? .null)
                }),
        ])
    }

    init?(json: JSON) {
        guard let step = json["step"]?.string, let code = json["code"]?.string, let config = json["config"],
            let requires = json["requires"]?.members
        else { return nil }
        self.init(
            step: step, code: code, config: config.members,
            requires: Dictionary(
                requires.map { ($0.key, $0.value.string.flatMap(CacheKey.init)) }, uniquingKeysWith: { $1 }))
    }
}
