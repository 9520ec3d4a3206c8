import Digest
import Foundation
import MusterCore

/// Gives contents of the store places outside of it, as files of the user's own.
struct ContentPlacing {
    let store: ContentStore
    /// The folder that the names are below.
    let target: String

    /// What became of a file.
    enum Outcome: Equatable {
        /// It was put there; or it was there.
        case placed, there
        /// The store does not have it.
        case missing
        /// Something else lies there, which stays; or it can't be had, in words.
        case refused(String)
    }

    /// Puts a content to `name` below the folder, with these permissions as far as the umask leaves them.
    func place(_ sum: String, as name: String, mode: mode_t = 0o644) -> Outcome {
        let path = "\(target)/\(name)"
        guard let size = store.size(sum) else { return .missing }
        if let look = FileLook(path) {
            let isSame = look.isFile && look.mark.size == size && FileDigest(path: path)?.sha256 == sum
            return isSame ? .there : .refused("something else is there")
        }
        let parent = URL(filePath: path).deletingLastPathComponent().path
        do {
            guard Self.isInside(parent, target) else { return .refused("a link leads out of '\(target)' there") }
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let copy = try ContentCopy(of: store.object(sum), in: parent, mode: mode)
            guard copy.sum == sum else {
                return .refused("what the store has is damaged: muster store verify --mend PLACE")
            }
            return try copy.name(path) ? .placed : .refused("something else is there")
        } catch let failure as ContentCopy.Failure {
            return .refused("\(failure)")
        } catch {
            return .refused(error.localizedDescription)
        }
    }

    /// Whether a folder, which need not be there yet, is below `root` also when links are followed.
    private static func isInside(_ folder: String, _ root: String) -> Bool {
        let real = URL(filePath: root).resolvingSymlinksInPath().path
        var path = folder
        while path.utf8.count > root.utf8.count {
            if FileLook(path) != nil {
                let found = URL(filePath: path).resolvingSymlinksInPath().path
                return found == real || found.hasPrefix("\(real)/")
            }
            path = URL(filePath: path).deletingLastPathComponent().path
        }
        return true
    }
}
