import Foundation

/// A stand-in for NVIDIA's management library, found by the dynamic loader, whose GPUs are lines of a file: what they
/// mean stands in `FakeNVML/nvml.c`.
public final class FakeNVML {
    /// Where the library and its file of GPUs lie.
    public let folder: String
    /// The file of GPUs, which programs that run may change too.
    public var file: String { folder + "/gpus" }
    /// What a program needs to meet this library.
    public var environment: [String: String] { ["LD_LIBRARY_PATH": folder, "FAKE_NVML": file] }

    /// The compiler did not take it.
    public struct NotBuilt: Error {
        /// The exit status.
        public var status: Int32
    }

    /// Builds the library in a folder of its own; `isOld` has only the oldest forms of its functions.
    public init(gpus: String, isOld: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "muster-nvml-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "FakeNVML/nvml.c").path
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments =
            ["cc", "-shared", "-fPIC", "-o", folder + "/libnvidia-ml.so.1"] + (isOld ? ["-DOLD"] : []) + [source]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw NotBuilt(status: compiler.terminationStatus) }
        try set(gpus)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Replaces all GPUs at once.
    public func set(_ gpus: String) throws {
        try Data((gpus + "\n").utf8).write(to: URL(filePath: file), options: .atomic)
    }
}
