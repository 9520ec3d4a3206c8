import Foundation
import MusterCore
import Testing

@testable import MusterCLI

/// What environments hold, asked with a real shell, a real venv and real files; conda and modules stand in for the real ones
/// with their words and their streams.
@Suite struct EnvironmentLockTests {
    private let home = FileManager.default.temporaryDirectory.appending(path: "muster-locks-\(UUID().uuidString)").path

    private func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let path = "\(home)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// What is kept for environments, from a home folder of the test's own.
    private func answer(_ environments: ProgramEnvironment...) throws -> [String] {
        let (status, output) = try sh(EnvironmentLocks.questions(environments))
        #expect(status == 0)
        return output.split(separator: "\n").map(String.init)
    }

    private func sh(_ script: String) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.environment = ["HOME": home, "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func aVenvTellsWhatPipHasInstalled() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let (status, said) = try sh("/usr/bin/python3 -m venv \"$HOME/my env\"")
        try #require(status == 0, "\(said)")
        // As pip knows an installed package: its folder of metadata.
        let site = try sh("cd \"$HOME\"/my\\ env/lib/python3*/site-packages && pwd").1
            .trimmingCharacters(in: .whitespacesAndNewlines).replacing(home + "/", with: "")
        try write("\(site)/cells-4.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: cells\nVersion: 4.2\n")
        let lines = try answer(ProgramEnvironment(venv: "\(home)/my env"), ProgramEnvironment(venv: "~/my env"))
        #expect(lines.count { $0 == "cells==4.2" } == 2 && lines.contains { $0.hasPrefix("pip==") }, "\(lines)")
        #expect(lines.first == "# venv \(home)/my env" && !lines.contains("# not told"))
    }

    @Test func condaTellsPackagesByTheirAddresses() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try write(
            "miniforge3/bin/conda",
            "#!/bin/sh\n[ \"$*\" = \"list -n cells --explicit\" ] || [ \"$*\" = \"list -p $HOME/envs/a b --explicit\" ] || exit 1\necho '@EXPLICIT'\necho https://conda.example/linux-64/tool-1.0-0.conda\n",
            mode: 0o755)
        let lines = try answer(
            ProgramEnvironment(conda: "cells"), ProgramEnvironment(conda: "cells"),
            ProgramEnvironment(conda: "~/envs/a b"), ProgramEnvironment(conda: "gone"))
        #expect(
            lines == [
                "# conda cells", "@EXPLICIT", "https://conda.example/linux-64/tool-1.0-0.conda", "# conda ~/envs/a b",
                "@EXPLICIT", "https://conda.example/linux-64/tool-1.0-0.conda", "# conda gone", "# not told",
            ], "\(lines)")
    }

    @Test func modulesTellWhatIsLoadedOnceTheyAre() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try write(
            ".bash_profile",
            """
            module() {
                case $1 in
                load) shift; for m; do [ "$m" = cuda/12 ] || { echo "ERROR: no $m" >&2; return 1; }; loaded="$loaded $m gcc/13"; done;;
                -t) echo "Currently Loaded Modulefiles:" >&2; printf '%s\\n' $loaded >&2;;
                esac
            }
            """)
        #expect(
            try answer(ProgramEnvironment(modules: ["cuda/12"]))
                == ["# modules", "Currently Loaded Modulefiles:", "cuda/12", "gcc/13"])
        #expect(
            try answer(ProgramEnvironment(modules: ["cuda/13"])) == ["# modules", "ERROR: no cuda/13", "# not told"])
    }

    @Test func anImageIsKnownByItsContentAndOneElsewhereByItsName() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try write("my image.sif", "abc")
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(
            try answer(
                ProgramEnvironment(container: "\(home)/my image.sif"), ProgramEnvironment(container: "~/my image.sif"),
                ProgramEnvironment(container: "docker://org/cells:4"))
                == [
                    "# container \(home)/my image.sif", "\(sum)  \(home)/my image.sif", "# container ~/my image.sif",
                    "\(sum)  \(home)/my image.sif", "# container docker://org/cells:4", "docker://org/cells:4",
                ])
    }

    @Test func withoutToolsNothingFails() throws {
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        let lines = try answer(ProgramEnvironment(venv: "/nowhere/env"), ProgramEnvironment(conda: "none-such-env"))
        #expect(lines.count { $0 == "# not told" } == 2, "\(lines)")
        #expect(EnvironmentLocks.questions([ProgramEnvironment()]).isEmpty)
    }
}
