import Glibc

/// Writes an archive's members below one folder of this machine, and never anywhere else.
///
/// Refuses absolute paths, `..`, and links that point outside. No step of a path is taken through a symbolic link, so
/// what a path says is where it leads, also when the archive brought the links itself. Files appear complete under
/// their names or not at all.
struct TarExtractor: ~Copyable {
    private let root: Descriptor
    private var file: PartialFile?
    /// The members written so far, as their paths in the archive.
    private(set) var paths: [String] = []
    private(set) var bytes: Int64 = 0

    init(into folder: String) throws(LocalFileError) {
        root = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    mutating func take(_ event: TarReader.Event) throws(TarError) {
        do throws(LocalFileError) {
            switch event {
            case .member(let header): try begin(header)
            case .contents(let piece):
                try file?.write(piece)
                bytes += Int64(piece.count)
            case .memberEnd:
                try file?.finish()
                file = nil
            }
        } catch {
            throw TarError(error.description)
        }
    }

    private mutating func begin(_ header: TarHeader) throws(LocalFileError) {
        let steps = try SafePath.steps(of: header.path)
        paths.append(steps.joined(separator: "/"))
        guard let name = steps.last else { return }
        let parent = try folder(steps.dropLast(), making: true)
        switch header.kind {
        case .folder:
            let made = try folder(steps[...], making: true)
            // The owner must be able to fill it.
            fchmod(made.number, mode_t(header.mode | 0o700))
        case .file:
            file = try PartialFile(in: parent, name: name, header: header)
        case .symbolicLink(let target):
            try SafePath.checkLink(from: steps, to: target)
            unlinkat(parent.number, name, 0)
            try check(symlinkat(target, parent.number, name), "link", header.path)
        case .hardLink(let target):
            let source = try SafePath.steps(of: target)
            guard let sourceName = source.last else { throw SafePath.refusal(header.path, "links to the folder") }
            let sourceParent = try folder(source.dropLast(), making: false)
            unlinkat(parent.number, name, 0)
            try check(linkat(sourceParent.number, sourceName, parent.number, name, 0), "link", header.path)
        }
    }

    /// Opens a folder below the root, step by step and through no link.
    private func folder(_ steps: ArraySlice<String>, making: Bool) throws(LocalFileError) -> Descriptor {
        var current = Descriptor(fcntl(root.number, F_DUPFD_CLOEXEC, 0), path: root.path)
        for step in steps {
            if making { mkdirat(current.number, step, 0o755) }
            let number = openat(current.number, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let path = "\(current.path)/\(step)"
            try check(number, "enter", path)
            current = Descriptor(number, path: path)
        }
        return current
    }

    private func check(_ code: Int32, _ operation: String, _ path: String) throws(LocalFileError) {
        if code < 0 { throw LocalFileError(operation: operation, path: path, code: errno) }
    }
}

/// Which paths an archive from elsewhere may name.
enum SafePath {
    /// The steps of a relative path that stays inside; empty for the folder itself.
    static func steps(of path: String) throws(LocalFileError) -> [String] {
        let steps = path.split(separator: "/").map(String.init).filter { $0 != "." }
        if path.hasPrefix("/") { throw refusal(path, "is absolute") }
        if steps.contains("..") { throw refusal(path, "contains '..'") }
        return steps
    }

    /// Checks that a symbolic link leads to something inside.
    static func checkLink(from steps: [String], to target: String) throws(LocalFileError) {
        let path = steps.joined(separator: "/")
        if target.hasPrefix("/") || target.isEmpty { throw refusal(path, "links to '\(target)'") }
        var depth = steps.count - 1
        for step in target.split(separator: "/") where step != "." {
            depth += step == ".." ? -1 : 1
            if depth < 0 { throw refusal(path, "links to '\(target)', which is outside") }
        }
    }

    static func refusal(_ path: String, _ reason: String) -> LocalFileError {
        LocalFileError(operation: "accept '\(path)', which \(reason), in", path: "the archive", code: EPERM)
    }
}
