import Foundation

@testable import CellPipeline

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory
        path = base.appendingPathComponent("cellpipe-" + UUID().uuidString).path
        try makeFolder(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { joinPath(path, name) }

    /// All files below the folder, hidden ones too, as paths relative to it.
    func files(in subfolder: String = "") throws -> [String] {
        let root = subfolder.isEmpty ? path : joinPath(path, subfolder)
        return try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
    }
}

/// Random masks and frames, the same in every run.
struct Dice {
    private var random: RandomStream

    init(_ seed: Int) { random = RandomStream(seed: 7, [seed]) }

    mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

    mutating func mask(_ size: FrameSize, density: Double) -> [UInt8] {
        (0..<size.count).map { _ in random.uniform(0...1) < density ? 1 : 0 }
    }

    mutating func frame(_ size: FrameSize, upTo limit: Int = 65_536) -> [UInt16] {
        (0..<size.count).map { _ in UInt16(below(limit)) }
    }
}

func progressNowhere() -> ProgressReporter { ProgressReporter(path: nil, isVerbose: false) }

func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}
