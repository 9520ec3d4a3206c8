import MusterCluster
import MusterCore

/// Sums of files of this machine by other algorithms than SHA-256, taken by the system's own programs (`md5sum`, `sha512sum`).
struct OtherSums {
    /// The folder that the names are relative to.
    let folder: String

    /// Those of the files whose sums are others; nil where there is no program for the algorithm.
    func wrong(_ files: [(path: String, sum: String)], by algorithm: String) async throws -> [String]? {
        let host = LocalHost()
        let program = "\(algorithm)sum"
        guard try await host.run("command -v \(ShellWord.quote(program)) >/dev/null").status == 0 else { return nil }
        var names: [UInt8] = []
        for file in files { names += Array("./\(file.path)".utf8) + [0] }
        let answer = try await host.run(
            "cd -- \(ShellWord.quote(folder)) && LC_ALL=C xargs -0 -r \(program) --", input: names, timeout: 86_400)
        let lines = answer.output.split(separator: UInt8(ascii: "\n"))
        guard answer.status == 0, lines.count == files.count else {
            throw HostError(.command, "cannot take the sums of files in '\(folder)': \(answer.errorText)")
        }
        return zip(files, lines).filter { file, line in
            // A line whose name has line ends or backslashes begins with one; the names come in their order.
            let sum = line.drop { $0 == UInt8(ascii: "\\") }.prefix(file.sum.utf8.count)
            return !sum.elementsEqual(file.sum.utf8)
        }.map(\.0.path)
    }
}
