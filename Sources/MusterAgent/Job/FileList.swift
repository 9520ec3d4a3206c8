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
                        changed: isFolder
                            ? 0 : Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)))
            }
        }
    }

    /// An array of `[path, mode, size, changed]`.
    var json: JSON {
        .array(entries.map { .array([.string($0.path), .int($0.mode), .int($0.size), .int($0.changed)]) })
    }

    /// Reads what `json` writes.
    init?(json: JSON) {
        for entry in json.array ?? [] {
            guard let parts = entry.array, parts.count == 4, let path = parts[0].string, let mode = parts[1].int,
                let size = parts[2].int, let changed = parts[3].int
            else { return nil }
            entries.append(Entry(path: path, mode: UInt32(clamping: mode), size: size, changed: changed))
        }
    }

    /// Whether everything listed still lies in `folder` unchanged.
    func holds(in folder: String) -> Bool {
        guard let now = FileList(folder: folder) else { return false }
        let known = Dictionary(now.entries.map { ($0.path, $0) }) { first, _ in first }
        return entries.allSatisfy { known[$0.path] == $0 }
    }

    /// Puts what is listed from `old` into `new` by hard links, or copies where the file system has none.
    func transfer(from old: String, to new: String) throws(SystemError) {
        for entry in entries {
            let (source, target) = ("\(old)/\(entry.path)", "\(new)/\(entry.path)")
            if entry.mode & S_IFMT == S_IFDIR {
                guard mkdir(target, entry.mode & 0o777 | 0o700) == 0 || errno == EEXIST else {
                    throw .last("mkdir", target)
                }
            } else if link(source, target) != 0 {
                guard errno != EEXIST, entry.mode & S_IFMT == S_IFREG else { throw .last("link", target) }
                try Self.copy(source, target, mode: entry.mode)
            }
        }
    }

    private static func copy(_ source: String, _ target: String, mode: UInt32) throws(SystemError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw .last("open", source) }
        defer { close(from) }
        let to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0o777)
        guard to >= 0 else { throw .last("open", target) }
        defer { close(to) }
        var offset: Int64 = 0
        while true {
            let part = Files.read(from, from: offset, count: 1 << 20)
            if part.isEmpty { return }
            try Files.writeAll(to, part, target)
            offset += Int64(part.count)
        }
    }
}
