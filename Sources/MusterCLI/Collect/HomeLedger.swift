import CShims
import Digest
import Foundation
import MusterCore

/// What is known of files at home: the sums that they had when they were last read, so that nobody reads them again before they
/// change. Lies in `.muster/collected.jsonl` of the results' folder.
final class HomeLedger {
    let home: String
    private let path: String
    private var known: [String: HomeFile] = [:]
    private var lines = 0

    init(home: String) {
        self.home = home
        path = "\(home)/.muster/collected.jsonl"
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
        let before = known[name]
        let isSame = before?.size == mark.size && before?.changed == mark.changed
        return HomeFile(size: mark.size, changed: mark.changed, sum: isSame ? before?.sum : nil)
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
        try FileManager.default.createDirectory(atPath: "\(home)/.muster", withIntermediateDirectories: true)
        let folder = open("\(home)/.muster", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
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
