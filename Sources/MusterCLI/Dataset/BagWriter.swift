import Digest
import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// Writes a version of a data set as a bag of BagIt 1.0 (RFC 8493).
struct BagWriter {
    let record: DatasetRecord
    let content: DatasetContent
    let place: DatasetPlace

    /// Writes the bag, which appears whole or not at all. Materialized it has the files, each the one that was registered;
    /// otherwise it says where they can be had.
    func write(to target: String, materialize: Bool) async throws {
        guard !FileManager.default.fileExists(atPath: target) else {
            throw ExitStatus.usage("'\(target)' is there already")
        }
        let parent = URL(filePath: target).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let bag = "\(target).tmp.\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: "\(bag)/data", withIntermediateDirectories: true)
            if materialize { try await bring(to: "\(bag)/data") }
            try describe(bag, isMaterialized: materialize)
            try FileManager.default.moveItem(atPath: bag, toPath: target)
        } catch {
            try? FileManager.default.removeItem(atPath: bag)
            throw error
        }
    }

    /// Brings the files, and looks whether they are the ones.
    private func bring(to folder: String) async throws {
        if place.isHere {
            for file in content.files { try copy(file, to: "\(folder)/\(file.path)") }
            return
        }
        var rest = content.files[...]
        while !rest.isEmpty {
            let batch = rest.prefix(500)
            rest = rest.dropFirst(500)
            try await place.host.download(batch.map(\.path), from: place.folder, to: folder)
            for file in batch {
                guard let digest = FileDigest(path: "\(folder)/\(file.path)") else { throw other(file) }
                try check(file, size: digest.mark.size, sum: digest.sha256)
            }
        }
    }

    private func copy(_ file: DatasetFile, to target: String) throws {
        guard let source = FileHandle(forReadingAtPath: "\(place.folder)/\(file.path)") else { throw other(file) }
        defer { try? source.close() }
        try FileManager.default.createDirectory(
            at: URL(filePath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: target, contents: nil),
            let copy = FileHandle(forWritingAtPath: target)
        else { throw ExitStatus(code: 1, text: "error: cannot write '\(target)': \(String(cString: strerror(errno)))") }
        defer { try? copy.close() }
        var digest = ContentDigest()
        var size = Int64(0)
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty {
            digest.update(piece)
            size += Int64(piece.count)
            try copy.write(contentsOf: piece)
        }
        try check(file, size: size, sum: digest.finishHex())
    }

    private func check(_ file: DatasetFile, size: Int64, sum: String) throws {
        guard size == file.size, sum == file.sha256 else { throw other(file) }
    }

    private func other(_ file: DatasetFile) -> ExitStatus {
        ExitStatus(
            code: 1,
            text: "error: '\(place.folder)/\(file.path)' on \(place.host.name) is not the file of"
                + " \(record.entry.reference)\n  see all that differs: muster dataset verify \(record.entry.reference)")
    }

    private func describe(_ bag: String, isMaterialized: Bool) throws {
        let entry = record.entry
        var tags = [
            "bagit.txt": BagText.declaration,
            "bag-info.txt": BagText.info([
                "Bag-Software-Agent": "muster \(musterVersion)", "Bagging-Date": String("\(Timestamp.now)".prefix(10)),
                "External-Identifier": entry.reference, "External-Description": entry.description,
                "Payload-Oxum": "\(content.bytes).\(content.files.count)", "Muster-Dataset": entry.name,
                "Muster-Version": "\(entry.version)", "Muster-Content": entry.content,
            ]),
            "manifest-sha256.txt": BagText.manifest(content.files.map { ("data/\($0.path)", $0.sha256) }),
        ]
        if !isMaterialized {
            tags["fetch.txt"] = BagText.fetch(
                content.files.map { BagFetch(url: address(of: $0), size: $0.size, path: "data/\($0.path)") })
        }
        let sums = tags.sorted { $0.key < $1.key }.map { ($0.key, SHA256.hex(Array($0.value.utf8))) }
        tags["tagmanifest-sha256.txt"] = BagText.manifest(sums)
        for (name, text) in tags { try Data(text.utf8).write(to: URL(filePath: "\(bag)/\(name)")) }
    }

    /// Where a file can be had: beside this machine by SFTP.
    private func address(of file: DatasetFile) -> String {
        let path = "\(place.folder)/\(file.path)".utf8.map { byte -> String in
            let sign = Unicode.Scalar(byte)
            let isPlain = byte < 0x80 && (sign.properties.isAlphabetic || sign.properties.numericType != nil)
            return isPlain || "-._~/".unicodeScalars.contains(sign) ? String(Character(sign)) : "%" + Self.hex(byte)
        }
        return "\(place.isHere ? "file" : "sftp")://\(place.machine)\(path.joined())"
    }

    private static func hex(_ byte: UInt8) -> String { Hex.text([byte]).uppercased() }
}
