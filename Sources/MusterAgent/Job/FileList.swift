import Digest
import Glibc
import MusterCore

/// The files, links and folders below a folder, without muster's own records, and how each one looked.
struct FileList {
    /// One entry.
    struct Entry: Equatable {
        /// Relative to the folder.
        var path: String
        /// The kind and permissions (st_mode).
        var mode: UInt32
        /// Bytes; 0 for folders.
        var size: Int64
        /// Nanoseconds of the last change; 0 for folders.
        var changed: Int64
        /// The file system's number of it; 0 where it was read from a list.
        var inode: UInt64 = 0
        /// SHA-256 of a file's content as 64 hex digits; nil where it was not taken.
        var sum: String?

        /// By which its content is known to be the same, also under another name.
        var mark: FileDigest.Mark { FileDigest.Mark(inode: inode, size: size, changed: changed) }

        /// Whether it is a folder.
        var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    }

    /// Folders come before what they hold.
    var entries: [Entry] = []

    /// Lists a folder but for the files `except`; nil when it can't be read, or holds a name that is not UTF-8 or what is neither file, link nor
    /// folder.
    init?(folder: String, except: Set<String> = []) {
        var open = [""]
        while let prefix = open.popLast() {
            guard let names = Files.names(in: "\(folder)/\(prefix)") else { return nil }
            for name in names where !(prefix.isEmpty && name == ".muster") {
                let path = prefix + name
                if except.contains(path) { continue }
                guard let status = Files.status("\(folder)/\(path)") else { return nil }
                let kind = status.st_mode & S_IFMT
                let isFolder = kind == S_IFDIR
                guard isFolder || kind == S_IFREG || kind == S_IFLNK else { return nil }
                if isFolder { open.append("\(path)/") }
                entries.append(
                    Entry(
                        path: path, mode: status.st_mode, size: isFolder ? 0 : Int64(status.st_size),
                        changed: isFolder ? 0 : Self.nanoseconds(status), inode: UInt64(status.st_ino)))
            }
        }
    }

    /// A list of these entries.
    init(_ entries: [Entry]) { self.entries = entries }

    /// The last change of a file's content.
    static func nanoseconds(_ status: stat) -> Int64 {
        Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// An array of `[path, mode, size, changed]`, and the sum behind where there is one.
    var json: JSON {
        .array(
            entries.map {
                .array(
                    [.string($0.path), .int($0.mode), .int($0.size), .int($0.changed)]
                        + ($0.sum.map { [.string($0)] } ?? []))
            })
    }

    /// Reads what `json` writes.
    init?(json: JSON) {
        for entry in json.array ?? [] {
            guard let parts = entry.array, (4...5).contains(parts.count), let path = parts[0].string,
                let mode = parts[1].int, let size = parts[2].int, let changed = parts[3].int
            else { return nil }
            entries.append(
                Entry(
                    path: path, mode: UInt32(clamping: mode), size: size, changed: changed,
                    sum: parts.count == 5 ? parts[4].string : nil))
        }
    }

    /// In short; `text` is the list as it is written.
    func made(listed text: [UInt8]) -> MadeFiles {
        let files = entries.filter { $0.mode & S_IFMT == S_IFREG }
        var digest = ContentDigest()
        digest.update(text)
        return MadeFiles(
            count: files.count, bytes: files.reduce(0) { $0 + $1.size }, list: digest.finishHex())
    }

    /// Whether everything listed still lies in `folder` unchanged.
    func holds(in folder: String) -> Bool { entries.allSatisfy { $0.isUnchanged(in: folder) } }

    /// What is new or different here, compared with an earlier list of the same folder.
    func changes(since before: FileList) -> FileList {
        let known = Dictionary(before.entries.map { ($0.path, $0) }) { first, _ in first }
        return FileList(entries.filter { known[$0.path] != $0 })
    }

    /// These and those of `other` that have one of the `paths`.
    func including(_ paths: Set<String>, of other: FileList) -> FileList {
        guard !paths.isEmpty else { return self }
        let known = Set(entries.map(\.path))
        return FileList(entries + other.entries.filter { paths.contains($0.path) && !known.contains($0.path) })
    }

    /// The entries at `paths` or below, and the folders that lead there.
    func within(_ paths: [String]) -> FileList {
        FileList(
            entries.filter { entry in
                paths.contains { path in
                    entry.path == path || entry.path.hasPrefix("\(path)/") || path.hasPrefix("\(entry.path)/")
                }
            })
    }

    /// Puts what is listed from `old` into `new` by hard links, or copies where the file system has none. Files up to
    /// `copying` bytes are copied, so that who changes them in place changes nobody else's.
    func transfer(from old: String, to new: String, copying limit: Int64) throws(SystemError) {
        for entry in entries {
            let (source, target) = ("\(old)/\(entry.path)", "\(new)/\(entry.path)")
            if entry.mode & S_IFMT == S_IFDIR {
                guard mkdir(target, entry.mode & 0o777 | 0o700) == 0 || errno == EEXIST else {
                    throw .last("mkdir", target)
                }
            } else if entry.mode & S_IFMT == S_IFREG, entry.size <= limit {
                try Self.copy(source, target, entry)
            } else if link(source, target) != 0 {
                guard errno != EEXIST, entry.mode & S_IFMT == S_IFREG else { throw .last("link", target) }
                try Self.copy(source, target, entry)
            }
        }
    }

    /// The copy keeps its time of change and its permissions: by these it is known.
    private static func copy(_ source: String, _ target: String, _ entry: Entry) throws(SystemError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .last("open", source) }
        defer { close(from) }
        let to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw .last("open", target) }
        defer { close(to) }
        var offset: Int64 = 0
        while true {
            let part = Files.read(from, from: offset, count: 1 << 20)
            if part.isEmpty { break }
            try Files.writeAll(to, part, target)
            offset += Int64(part.count)
        }
        let time = timespec(
            tv_sec: Int(entry.changed / 1_000_000_000), tv_nsec: Int(entry.changed % 1_000_000_000))
        guard fchmod(to, entry.mode & 0o7777) == 0, futimens(to, [time, time]) == 0 else {
            throw .last("write", target)
        }
    }
}

extension FileList {
    /// Whether a published result has all its files still, by the list that was published with it.
    static func isWhole(_ result: String, record: JobRecord) -> Bool {
        guard record.files > 0 else { return true }
        guard let json = Files.json(OutputPaths.fileList(in: result)), let list = FileList(json: json) else {
            return false
        }
        return list.entries.count == record.files && list.holds(in: result)
    }
}

extension FileList.Entry {
    /// Whether the file, link or folder is there as it was.
    func isUnchanged(in folder: String) -> Bool {
        guard let status = Files.status("\(folder)/\(path)") else { return false }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard status.st_mode == mode else { return false }
        return isFolder || Int64(status.st_size) == size && FileList.nanoseconds(status) == changed
    }
}
