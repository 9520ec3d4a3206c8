import Digest
import Foundation
public import MusterCore

/// Brings the agent's file to where the jobs run, once for each content.
public enum AgentDelivery {
    /// What tells this file from others: the name of its folder wherever it is delivered.
    public static func digest(of local: String) throws -> String {
        guard let digest = FileDigest(path: URL(filePath: local).resolvingSymlinksInPath().path) else {
            throw HostError(
                .file, "the agent '\(local)' can't be read",
                hint: "it lies beside muster after 'make build'; MUSTER_AGENT names another place")
        }
        return String(digest.sha256.prefix(16))
    }

    /// Where an agent of that digest lies below `folder`, once it was delivered there.
    public static func path(_ digest: String, in folder: String) -> String { "\(folder)/agent/\(digest)/muster-agent" }

    /// Sends `local` to a folder named by its digest below `folder`, unless it is there, and tries it.
    ///
    /// - Parameter digest: The file's digest, where the caller knows it already.
    /// - Returns: The agent's path on the host.
    public static func deliver(
        _ local: String, digest: String? = nil, to folder: String, on host: some MusterCore.Host
    ) async throws -> String {
        let remote = path(try digest ?? Self.digest(of: local), in: folder)
        let word = ShellWord.quote(remote)
        if try await host.run("[ -x \(word) ]").status != 0 {
            try await host.upload(local, to: remote, mode: 0o755)
        }
        let tried = try await host.run("\(word) --version")
        guard tried.status == 0 else {
            throw HostError(
                .command, "the agent does not start on \(host.name): \(tried.errorText)",
                hint:
                    "'not found' or GLIBC in the message: the system is too old for this build, use the one of 'make dist'; "
                    + "'Permission denied': its folder is mounted noexec, choose another 'workdir'")
        }
        return remote
    }
}
