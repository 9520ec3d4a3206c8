import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Gathers what is known of code that lies on a host, in one exchange.
enum CodeEvidence {
    /// What git knows of a file; nil outside of repositories.
    static func git(_ path: String, on host: some MusterCore.Host) async throws -> GitAnswers? {
        GitQuestions.answers(try await host.run(GitQuestions.script(for: path)).output)
    }

    /// All evidence of a file of this machine; `path` is absolute, nil for what was typed in.
    static func local(_ path: String?, environment: [String: String]) async throws -> SourceEvidence {
        let real = path.map { URL(filePath: $0).resolvingSymlinksInPath().path }
        let place = real ?? FileManager.default.currentDirectoryPath
        return SourceEvidence(
            environment: environment, path: real, host: ClientIdentity.host,
            contentHash: real.flatMap(FileSums.code), git: try await git(place, on: LocalHost()))
    }

    /// Today as `20261121`, in UTC.
    static var date: String { String(Timestamp.now.stamp.prefix(8)) }

    /// The working tree's difference to what is committed; cut off behind `limit` bytes, which is said in its last line.
    static func difference(
        root: String, on host: some MusterCore.Host, limit: Int = 16 << 20
    ) async throws -> [UInt8] {
        let output = try await host.run(GitQuestions.difference(root: root), input: [], timeout: 120).output
        guard output.count > limit else { return output }
        return Array(output.prefix(limit)) + Array("\n# cut off: \(output.count) bytes in all\n".utf8)
    }
}
