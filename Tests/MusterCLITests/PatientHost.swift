import MusterCluster
import MusterCore

/// This machine, with time enough: how long a command takes is not what is looked at here.
struct PatientHost: MusterCore.Host {
    private let host = LocalHost()
    /// A folder of programs that are found before the machine's; empty for none.
    var programs = ""
    var name: String { host.name }

    func run(_ script: String, input: [UInt8], timeout: Double) async throws(HostError) -> CommandResult {
        let path = programs.isEmpty ? "" : "PATH=\(ShellWord.quote(programs)):$PATH; export PATH\n"
        return try await host.run(path + script, input: input, timeout: 1200)
    }

    func write(_ files: [HostFile], to folder: String) async throws(HostError) {
        try await host.write(files, to: folder)
    }

    func upload(_ local: String, to remote: String, mode: UInt32) async throws(HostError) {
        try await host.upload(local, to: remote, mode: mode)
    }

    func download(_ paths: [String], from folder: String, to local: String) async throws(HostError) {
        try await host.download(paths, from: folder, to: local)
    }
}
