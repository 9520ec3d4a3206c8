import Digest
import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Reads a bag (RFC 8493, also of earlier versions) and finds out whether it is whole and right.
struct BagReader {
    /// The folder of the bag, absolute.
    let folder: String

    /// What a bag holds.
    struct Bag {
        var content: DatasetContent
        /// What `bag-info.txt` says, in its order.
        var info: [(label: String, text: String)]
        /// Files that are to be fetched and are not here.
        var absent: [BagFetch]
        /// What a person should know.
        var notes: [String]

        /// What the bag says under a label.
        func text(_ label: String) -> String? {
            info.first { $0.label.lowercased() == label.lowercased() && !$0.text.isEmpty }?.text
        }
    }

    /// Validates the bag: what describes it is there and right, no name leads out of it, all that manifests name is
    /// there with its checksum, and nothing else. With `mayBeAbsent` files of `fetch.txt` need not be there, whose sizes are
    /// taken from it.
    func read(mayBeAbsent: Bool) async throws -> Bag {
        try declaration()
        var notes: [String] = []
        let manifests = try self.manifests("manifest-", isPayload: true)
        guard let entries = manifests["sha256"] else {
            let others = manifests.keys.sorted().joined(separator: ", ")
            throw wrong("it has no manifest-sha256.txt" + (others.isEmpty ? "" : ", only sums by \(others)"))
        }
        for (algorithm, others) in manifests where algorithm != "sha256" {
            guard Set(others.map { Array($0.path.utf8) }) == Set(entries.map { Array($0.path.utf8) }) else {
                throw wrong("manifest-\(algorithm).txt and manifest-sha256.txt name other files")
            }
        }
        let fetch = try text("fetch.txt", isRequired: false).map { try parse { try BagText.fetch($0) }($0) } ?? []
        let info =
            try text("bag-info.txt", isRequired: false).map {
                try parse { try BagText.info($0, file: "bag-info.txt") }($0)
            } ?? []
        try await tags(&notes)
        let payload = try await self.payload()
        var problems: [String] = []
        var (files, absent, seen): ([DatasetFile], [BagFetch], Set<[UInt8]>) = ([], [], [])
        for entry in entries {
            // Some programs write `%` as it is.
            let names = [BagPath.decode(entry.path), entry.path]
            guard let name = names.first(where: { payload[Array($0.utf8)] != nil }) else {
                if let fetched = fetch.first(where: { Array($0.path.utf8) == Array(entry.path.utf8) }) {
                    absent.append(fetched)
                    files.append(
                        DatasetFile(path: Self.inside(names[0]), size: fetched.size ?? -1, sha256: entry.sum))
                } else {
                    problems.append("missing: \(names[0])")
                }
                continue
            }
            seen.insert(Array(name.utf8))
            let path = "\(folder)/\(name)"
            guard let digest = FileDigest(path: path) else {
                problems.append("cannot be read: \(name)")
                continue
            }
            if digest.sha256 != entry.sum { problems.append("changed: \(name)") }
            files.append(DatasetFile(path: Self.inside(name), size: digest.mark.size, sha256: digest.sha256))
        }
        for name in payload.values.sorted() where !seen.contains(Array(name.utf8)) {
            problems.append("not in the manifest: \(name)")
        }
        let named = Set(entries.map { Array($0.path.utf8) })
        for entry in fetch where !named.contains(Array(entry.path.utf8)) {
            problems.append("in fetch.txt and not in the manifest: \(entry.path)")
        }
        guard problems.isEmpty else { throw wrong(lines: problems) }
        let content = DatasetContent(files)
        if !absent.isEmpty {
            guard mayBeAbsent else {
                throw wrong(
                    "\(absent.count) of its files are elsewhere: fetch.txt says where\n  fetch them, or register what it says of them: --no-materialize"
                )
            }
            guard absent.allSatisfy({ $0.size != nil }) else {
                throw wrong("fetch.txt does not tell the sizes of files that are elsewhere")
            }
        }
        for (algorithm, others) in manifests.sorted(by: { $0.key < $1.key }) where algorithm != "sha256" {
            let present = others.compactMap { entry in
                [BagPath.decode(entry.path), entry.path].first { payload[Array($0.utf8)] != nil }.map {
                    ($0, entry.sum)
                }
            }
            if let wrong = try await OtherSums(folder: folder).wrong(present, by: algorithm) {
                problems += wrong.map { "changed, by \(algorithm): \($0)" }
            } else {
                notes.append(
                    "sums by \(algorithm) were not checked, those by sha256 were: there is no \(algorithm)sum here")
            }
        }
        guard problems.isEmpty else { throw wrong(lines: problems) }
        let bag = Bag(content: content, info: info, absent: absent, notes: notes.sorted())
        if let sum = bag.text("Payload-Oxum"), sum != "\(content.bytes).\(content.files.count)" {
            throw wrong("Payload-Oxum is \(sum), and its files are \(content.bytes).\(content.files.count)")
        }
        return bag
    }

    private static func inside(_ name: String) -> String { String(decoding: name.utf8.dropFirst(5), as: UTF8.self) }

    private func declaration() throws {
        let text = try text("bagit.txt", isRequired: true) ?? ""
        let info = try parse { try BagText.info($0, file: "bagit.txt") }(text)
        let version = info.first { $0.label == "BagIt-Version" }?.text ?? ""
        guard ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"].contains(version) else {
            throw wrong("bagit.txt: the version '\(version)' is not one from 0.93 to 1.0")
        }
        let encoding = info.first { $0.label == "Tag-File-Character-Encoding" }?.text ?? ""
        guard encoding.uppercased() == "UTF-8" else {
            throw wrong("bagit.txt: files that describe the bag must be UTF-8, not '\(encoding)'")
        }
    }

    /// Files that describe the bag and have checksums.
    private func tags(_ notes: inout [String]) async throws {
        var problems: [String] = []
        let manifests = try manifests("tagmanifest-", isPayload: false)
        for (algorithm, entries) in manifests.sorted(by: { $0.key < $1.key }) where algorithm != "sha256" {
            var present: [(path: String, sum: String)] = []
            for entry in entries {
                let name = BagPath.decode(entry.path)
                guard try isInside(name), FileLook("\(folder)/\(name)")?.isFile == true else {
                    problems.append("missing: \(name)")
                    continue
                }
                present.append((name, entry.sum))
            }
            if let wrong = try await OtherSums(folder: folder).wrong(present, by: algorithm) {
                problems += wrong.map { "changed, by \(algorithm): \($0)" }
            } else {
                notes.append("tagmanifest-\(algorithm).txt was not checked: there is no \(algorithm)sum here")
            }
        }
        for entry in manifests["sha256"] ?? [] {
            let name = BagPath.decode(entry.path)
            guard try isInside(name), let digest = FileDigest(path: "\(folder)/\(name)") else {
                problems.append("missing: \(name)")
                continue
            }
            if digest.sha256 != entry.sum { problems.append("changed: \(name)") }
        }
        guard problems.isEmpty else { throw wrong(lines: problems) }
    }

    /// Manifests by their algorithm.
    private func manifests(_ prefix: String, isPayload: Bool) throws -> [String: [(path: String, sum: String)]] {
        let digits = ["md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128]
        var found: [String: [(path: String, sum: String)]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        where name.hasPrefix(prefix) && name.hasSuffix(".txt") {
            let algorithm = String(name.dropFirst(prefix.count).dropLast(4))
            guard let count = digits[algorithm] else { throw wrong("\(name): the algorithm is not known") }
            guard let text = try text(name, isRequired: true) else { continue }
            found[algorithm] = try parse {
                try BagText.manifest($0, file: name, digits: count, isPayload: isPayload)
            }(text)
        }
        return found
    }

    /// What lies below `data/`, by the bytes of its name. A link may lead out of the bag: none is taken.
    private func payload() async throws -> [[UInt8]: String] {
        let script = "cd -- \(ShellWord.quote(folder)) && LC_ALL=C find ./data ! -type d -printf '%y %p\\0'"
        let answer = try await LocalHost().run(script, input: [], timeout: 3600)
        guard answer.status == 0 else { throw wrong("data/ can't be read: \(answer.errorText)") }
        var names: [[UInt8]: String] = [:]
        for record in answer.output.split(separator: 0) {
            let bytes = Array(record.dropFirst(4))
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw wrong("'\(String(decoding: bytes, as: UTF8.self))' has a name that is not UTF-8")
            }
            guard record.first == UInt8(ascii: "f") else { throw wrong("'\(name)' is a link, or no file") }
            names[bytes] = name
        }
        return names
    }

    /// The text of a file that describes the bag; nil where it is not there and need not be.
    private func text(_ name: String, isRequired: Bool) throws -> String? {
        guard let look = FileLook("\(folder)/\(name)") else {
            guard isRequired else { return nil }
            throw ExitStatus.usage("'\(folder)' is no bag: it has no \(name)")
        }
        guard look.isFile, let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let text = String(validating: data, as: UTF8.self)
        else { throw wrong("\(name) is no file of UTF-8") }
        return text
    }

    /// Whether a file lies in the bag, also when links are followed.
    private func isInside(_ name: String) throws -> Bool {
        let root = URL(filePath: folder).resolvingSymlinksInPath().path
        return URL(filePath: "\(folder)/\(name)").resolvingSymlinksInPath().path.hasPrefix(root + "/")
    }

    private func parse<Value>(_ body: @escaping (String) throws -> Value) -> (String) throws -> Value {
        { text in
            do {
                return try body(text)
            } catch let mistake as BagText.Mistake {
                throw wrong("\(mistake)")
            }
        }
    }

    private func wrong(_ what: String) -> ExitStatus {
        ExitStatus(code: 1, text: "error: the bag '\(folder)' is not valid: \(what)")
    }

    private func wrong(lines: [String]) -> ExitStatus {
        let shown = lines.prefix(20).map { "\n  \($0)" }.joined()
        return wrong("\(lines.count) of its files are not right" + shown + (lines.count > 20 ? "\n  ..." : ""))
    }
}
