import Foundation
import MusterCluster
import MusterCore

/// A small data set of made-up cells, so that a first run has something to work on.
enum DemoData {
    static let scenes = 3
    static let frames = 12

    /// What will lie in `root`.
    static func set(root: String) -> DataSet {
        DataSet(kind: .cellpipe, root: root, scenes: (0..<scenes).map { "scene_00\($0)" })
    }

    /// cellpipe beside this program, else in the path; nil when it is nowhere.
    static var program: String? {
        let beside = URL(filePath: Places.executable).deletingLastPathComponent().appending(path: "cellpipe").path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return ([beside] + path.split(separator: ":").map { "\($0)/cellpipe" }).first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// Whether a run finds the program: stages look for it in the path alone.
    static var isInPath: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/cellpipe") }
    }

    /// Makes the data in the folder, which must not be there.
    static func make(in folder: String) async throws {
        guard let program else {
            throw ExitStatus(
                code: 1,
                text: "error: there is no 'cellpipe' to make data with, neither beside muster nor in PATH\n"
                    + "  build it with 'make build', or name the folder of your scenes: muster init FOLDER")
        }
        let words = [
            program, "simulate", "--output", folder, "--scenes", "\(scenes)", "--frames", "\(frames)", "--height",
            "160", "--width", "160",
        ]
        let result = try await LocalHost().run(
            words.map { ShellWord.quote($0) }.joined(separator: " "), input: [], timeout: 120)
        guard result.status == 0 else {
            throw ExitStatus(code: 1, text: "error: cellpipe simulate failed: \(result.errorText)")
        }
    }
}

/// What cellpipe knows of a film or a scene's folder.
enum Film {
    /// How many frames it has; nil where cellpipe makes no sense of it, or is not there to be asked.
    static func frames(of path: String) async throws -> Int? {
        guard let program = DemoData.program else { return nil }
        let words = [program, "info", path, "--json"].map { ShellWord.quote($0) }.joined(separator: " ")
        let result = try await LocalHost().run(words, input: [], timeout: 60)
        guard result.status == 0 else { return nil }
        return (try? JSON(parsing: result.text))?["n_frames"]?.int.map { Int($0) }
    }
}
