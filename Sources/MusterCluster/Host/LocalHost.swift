import Foundation
public import MusterCore
import Subprocess
import SystemPackage

/// This machine.
public struct LocalHost: MusterCore.Host {
    /// Makes it.
    public init() {}

    public var name: String { "this machine" }

    public func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult {
        do {
            return try await withThrowingTaskGroup(of: CommandResult?.self) { group in
                group.addTask { try await Self.execute(script, input: input) }
                group.addTask {
                    try await Task.sleep(for: .seconds(timeout))
                    return nil
                }
                let first = try await group.next() ?? nil
                group.cancelAll()
                guard let first else {
                    throw HostError(.timedOut, "a command on this machine did not end within \(Int(timeout)) s")
                }
                return first
            }
        } catch let error as HostError {
            throw error
        } catch {
            throw HostError(.command, "cannot run /bin/sh on this machine: \(error)")
        }
    }

    private static func execute(_ script: String, input: [UInt8]) async throws -> CommandResult {
        // Input that nobody reads is an error of the pipe, on which swift-subprocess 1.0 ends the whole process: what the
        // script leaves is read behind it.
        let whole = input.isEmpty ? script : "(\n\(script)\n)\ns=$?; cat >/dev/null 2>&1; exit $s"
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", whole], input: .array(input), output: .bytes(limit: 256 << 20),
            error: .bytes(limit: 16 << 20))
        let status =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return CommandResult(status: status, output: result.standardOutput, errors: result.standardError)
    }

    public func write(_ files: [HostFile], to folder: String) async throws(HostError) {
        for file in files {
            let path = "\(folder)/\(file.path)"
            try Self.attempt("write \(path)") {
                try FileManager.default.createDirectory(
                    at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
                try Self.replace(path, mode: file.mode) { try Data(file.content).write(to: $0) }
            }
        }
    }

    public func upload(_ local: String, to remote: String, mode: UInt32) async throws(HostError) {
        try Self.attempt("copy \(local) to \(remote)") {
            try FileManager.default.createDirectory(
                at: URL(filePath: remote).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Self.replace(remote, mode: mode) { try FileManager.default.copyItem(at: URL(filePath: local), to: $0) }
        }
    }

    public func download(_ paths: [String], from folder: String, to local: String) async throws(HostError) {
        guard URL(filePath: folder).standardizedFileURL != URL(filePath: local).standardizedFileURL else { return }
        var failure: HostError?
        for path in paths {
            do throws(HostError) {
                try Self.attempt("copy \(folder)/\(path) to \(local)") {
                    let target = URL(filePath: "\(local)/\(path)")
                    try FileManager.default.createDirectory(
                        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Self.replace(target.path, mode: nil) {
                        try FileManager.default.copyItem(at: URL(filePath: "\(folder)/\(path)"), to: $0)
                    }
                }
            } catch {
                // The others come all the same, as they do in one stream over SSH.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Makes `path` under a temporary name beside it and renames it into place.
    private static func replace(_ path: String, mode: UInt32?, make: (URL) throws -> Void) throws {
        let temporary = URL(filePath: "\(path).tmp.\(UUID().uuidString)")
        do {
            try make(temporary)
            if let mode {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: temporary.path)
            }
            guard rename(temporary.path, path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw error
        }
    }

    private static func attempt(_ what: String, _ body: () throws -> Void) throws(HostError) {
        do { try body() } catch {
            throw HostError(.file, "cannot \(what): \(error.localizedDescription)")
        }
    }
}
