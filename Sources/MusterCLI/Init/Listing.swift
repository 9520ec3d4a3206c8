import Foundation

/// What lies in a folder, as far as it tells scenes from other things.
struct Listing: Equatable, Sendable {
    struct Folder: Equatable, Sendable {
        var name: String
        /// It holds `metadata.json`, as cellpipe's scenes do.
        var hasMetadata = false
        /// It holds `outputs/color`, as My3DIS's do.
        var hasColor = false
    }

    /// Sorted by their names; hidden ones are left out, and so are names that are no UTF-8.
    var folders: [Folder] = []
    var files: [String] = []

    init(folders: [Folder] = [], files: [String] = []) {
        self.folders = folders
        self.files = files
    }

    /// Reads a folder; empty where it can't be read.
    init(reading path: String) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
            !$0.hasPrefix(".") && !$0.unicodeScalars.contains("\u{FFFD}")
        }
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                folders.append(
                    Folder(
                        name: name, hasMetadata: exists("\(name)/metadata.json"),
                        hasColor: exists("\(name)/outputs/color")))
            } else {
                files.append(name)
            }
        }
    }

    var isEmpty: Bool { folders.isEmpty && files.isEmpty }
}
