import Glibc
import MusterCore

/// The file that a stage's program appends progress lines to, followed from its beginning.
struct ProgressFile {
    let path: String
    private var offset: Int64 = 0
    /// The folder that assets lie in.
    private let folder: String
    /// Assets that the program named, each path as it was named last, and what was wrong with others.
    private(set) var assets: [MadeAsset] = [], mistakes: [String] = []
    /// The most of either that are kept.
    private static let most = 1000

    /// Whether the program has written any line.
    var hasSpoken: Bool { offset > 0 }

    /// Follows `path`, which need not be there yet; assets lie below `folder`.
    init(path: String, folder: String) { (self.path, self.folder) = (path, folder) }

    /// Takes what the program said since the last call into `reading`; a line without its end waits unless the stage
    /// is over.
    mutating func update(_ reading: inout Reading, isLast: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        if size < offset { offset = 0 }
        // Only the end counts: a program that says more than this in a second is not read in full.
        if size - offset > 1 << 20 { offset = size - 1 << 20 }
        let bytes = Files.read(descriptor, from: offset, count: Int(size - offset))
        guard let end = isLast ? bytes.count : bytes.lastIndex(of: UInt8(ascii: "\n")).map({ $0 + 1 }) else { return }
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n")) {
            reading.take(progressLine: line)
            takeAsset(line)
        }
        offset += Int64(end)
    }

    private mutating func takeAsset(_ line: ArraySlice<UInt8>) {
        do throws(MadeAsset.Mistake) {
            guard let asset = try MadeAsset(progressLine: line, folder: folder) else { return }
            if let known = assets.firstIndex(where: { $0.path == asset.path }) {
                assets[known] = asset
            } else if assets.count < Self.most {
                assets.append(asset)
            } else if mistakes.count < Self.most {
                mistakes.append("more than \(Self.most) assets were named")
            }
        } catch {
            if mistakes.count < Self.most, mistakes.last != error.text { mistakes.append(error.text) }
        }
    }
}
