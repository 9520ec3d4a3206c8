import CShims
import Digest
import Foundation
import MusterCore

/// What is known of files at home: the sums that they had when they were last read, so that nobody reads them again before they
/// change. That of results lies in `.muster/collected.jsonl` of their folder.
final class HomeLedger {
    let home: String
    private let path: String
    private var known: [String: HomeFile] = [:]
    private var lines = 0

    /// Of files below `home`; it lies at `path`.
    init(home: String, path: String? = nil) {
        self.home = home
        self.path = path ?? "\(home)/.muster/collected.jsonl"
        let path = self.path
        guard let data = FileManager.default.contents(atPath: path) else { return }
        for line in data.split(separator: UInt8(ascii: "\n")) {
            lines += 1
            guard let parts = (try? JSON(parsing: Array(line)))?.array, parts.count == 4, let name = parts[0].string,
                let size = parts[1].int, let changed = parts[2].int, let sum = parts[3].string
            else { continue }
            known[name] = HomeFile(size: size, changed: changed, sum: sum)
        }
    }

    /// What lies at a path below the home; nil where nothing does. Another kind of file than a plain one is a file of -1 bytes.
    func look(at name: String) -> HomeFile? {
        guard let look = FileLook("\(home)/\(name)") else { return nil }
        guard look.isFile else { return HomeFile(size: -1, changed: 0) }
        let mark = look.mark
        return HomeFile(
            size: mark.size, changed: mark.changed, sum: sum(of: name, size: mark.size, changed: mark.changed))
    }

    /// The sum that a file had when it looked so; nil where nobody took it.
    func sum(of name: String, size: Int64, changed: Int64) -> String? {
        known[name].flatMap { $0.size == size && $0.changed == changed ? $0.sum : nil }
    }

    /// Reads a file and remembers its sum; nil where it can't be read.
    func sum(of name: String) -> String? {
        guard let digest = FileDigest(path: "\(home)/\(name)") else { return nil }
        known[name] = HomeFile(size: digest.mark.size, changed: digest.mark.changed, sum: digest.sha256)
        fresh.append(name)
        return digest.sha256
    }

    /// Remembers a file that was just put into its place.
    func remember(_ name: String, _ file: HomeFile) {
        known[name] = file
        fresh.append(name)
    }

    private var fresh: [String] = []

    /// Writes down what is new. What it tells of is on the disk before.
    func save() throws {
        guard !fresh.isEmpty else { return }
        let parent = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            _ = cshims_syncfs(folder)
            close(folder)
        }
        // A ledger of which most is out of date is written anew.
        let isCompacted = lines + fresh.count > 2 * known.count + 1000
        let names = isCompacted ? known.keys.sorted() : fresh
        let text = names.compactMap { name in known[name].map { line(name, $0) } }.joined()
        if isCompacted {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
            lines = names.count
        } else {
            let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path]) }
            defer { close(file) }
            try FileHandle(fileDescriptor: file).write(contentsOf: Data(text.utf8))
            lines += fresh.count
        }
        fresh = []
    }

    private func line(_ name: String, _ file: HomeFile) -> String {
        JSON.array([.string(name), .int(file.size), .int(file.changed), .string(file.sum ?? "")]).line + "\n"
    }
}
