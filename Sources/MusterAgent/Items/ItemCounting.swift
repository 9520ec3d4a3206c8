import Glibc
import MusterCore

/// Counting the items of a scene where no program is needed for it.
enum ItemCounting {
    /// As many as files match; nil when the folder can't be looked at.
    static func files(_ pattern: String, of scene: Scene) -> Int? {
        var found = glob_t()
        defer { globfree(&found) }
        switch glob(pattern.hasPrefix("/") ? pattern : "\(escaped(base(of: scene)))/\(pattern)", GLOB_ERR, nil, &found)
        {
        case 0: return Int(found.gl_pathc)
        case GLOB_NOMATCH: return 0
        default: return nil
        }
    }

    /// As many as there are lines that are not blank; nil when the file can't be read.
    static func lines(_ path: String, of scene: Scene) -> Int? {
        let whole = path.hasPrefix("/") ? path : "\(base(of: scene))/\(path)"
        guard let bytes = try? Files.read(whole) else { return nil }
        return bytes.split(separator: UInt8(ascii: "\n")).count { line in
            line.contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\r") }
        }
    }

    /// The number on the last line that is not blank; nil when that is something else.
    static func number(in output: String) -> Int? {
        let line = output.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        return line.flatMap { Int($0.filter { !$0.isWhitespace }) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The scene's folder, or the one that its file lies in.
    private static func base(of scene: Scene) -> String {
        var status = stat()
        guard stat(scene.path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR,
            let slash = scene.path.lastIndex(of: "/"), slash > scene.path.startIndex
        else { return scene.path }
        return String(scene.path[..<slash])
    }

    private static func escaped(_ path: String) -> String {
        String(path.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
    }
}
