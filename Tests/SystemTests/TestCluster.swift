import Foundation
import MusterCore
import Testing

/// The project's own Slurm cluster, which Tests/run.sh brings up.
enum TestCluster {
    static let isUp = ProcessInfo.processInfo.environment["MUSTER_TEST_CLUSTER"] != nil
    static let absent: Comment = "no test cluster: run Tests/run.sh as root"

    /// Home folder of the unprivileged user.
    static func home() throws -> String { try #require(ProcessInfo.processInfo.environment["TESTCLUSTER_HOME"]) }

    /// A lab with a description of the cluster, and a data set of `scenes` there.
    static func lab(scenes: [String], cluster lines: String = "") throws -> (lab: Lab, data: String) {
        let lab = try Lab()
        let data = try "\(home())/data-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        for scene in scenes {
            try FileManager.default.createDirectory(atPath: "\(data)/\(scene)", withIntermediateDirectories: true)
        }
        try run("chown", ["-R", "hpcuser:", data])
        try verb("cluster-file", "\(lab.folder)/testbed.yaml")
        try lab.write("testbed.yaml", try text("\(lab.folder)/testbed.yaml") + lines)
        return (lab, data)
    }

    /// A verb of the cluster's own command, such as a fault.
    @discardableResult
    static func verb(_ words: String...) throws -> String {
        try run(#filePath.replacing("SystemTests/TestCluster.swift", with: "Cluster/testcluster"), words)
    }

    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(arguments)")
        return String(decoding: data, as: UTF8.self)
    }

    static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// How many submissions of a run the controller knows.
    static func submissions(of run: String) throws -> Int {
        let names = try Self.run("squeue", ["-h", "-t", "all", "-u", "hpcuser", "-o", "%F %j"])
        return Set(names.split(separator: "\n").filter { $0.contains(" muster.\(run).") }).count
    }

    /// Pids of the servers of the test user's SSH sessions.
    static func sessions() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
            (try? text("/proc/\(pid)/cmdline"))?.hasPrefix("sshd: hpcuser") ?? false
        }
    }

    /// Pids of the agents of the runs whose folder's name begins so, on all nodes.
    static func agents(of sweep: String) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
            let line = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))) ?? Data()
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first?.hasSuffix("/muster-agent") == true && words.contains { $0.contains("/runs/\(sweep)-") }
        }
    }
}
