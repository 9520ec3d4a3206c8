import Foundation
public import MusterCore

/// Brings the agent's file to where the jobs run, once for each content.
public enum AgentDelivery {
    /// Sends `local` to a folder named by its digest below `folder`, unless it is there, and tries it.
    ///
    /// - Returns: The agent's path on the host.
    public static func deliver(_ local: String, to folder: String, on host: some MusterCore.Host) async throws -> String
    {
        guard let content = FileManager.default.contents(atPath: local) else {
            throw HostError(
                .file, "the agent '\(local)' can't be read",
                hint: "it lies beside muster after 'make build'; MUSTER_AGENT names another place")
        }
        let remote = "\(folder)/agent/\(SHA256.hex(content).prefix(16))/muster-agent"
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
