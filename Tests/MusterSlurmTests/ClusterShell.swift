import Foundation
import MusterSlurm
import Testing

extension Tag {
    /// Needs the cluster of Tests/Cluster/testcluster.
    @Tag static var cluster: Self
}

/// Runs argument lists on the login node of the test cluster, as muster does: quoted once, through ssh.
struct ClusterShell {
    /// The state folder of a cluster that is up, or nil.
    static let state = ProcessInfo.processInfo.environment["MUSTER_TEST_CLUSTER"]
    static let user = "hpcuser"

    struct Answer {
        let status: Int
        let output: String
        let errors: String
    }

    func run(_ arguments: [String], input: String = "") throws -> Answer {
        let words = arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
        return try shell(words.joined(separator: " "), input: input)
    }

    func shell(_ command: String, input: String = "") throws -> Answer {
        let state = try #require(Self.state)
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files and not pipes: nothing to drain, however much is printed.
        func file(_ name: String, _ text: String = "") throws -> URL {
            let url = folder.appending(path: name)
            try Data(text.utf8).write(to: url)
            return url
        }
        let (input, output, errors) = (try file("in", input), try file("out"), try file("err"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ssh")
        process.arguments = ["-F", "\(state)/etc/ssh_config", "testcluster", command]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Answer(
            status: Int(process.terminationStatus),
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Submits a script from standard input.
    func submit(_ body: String, _ options: SbatchOptions = SbatchOptions()) throws -> SlurmJobID {
        let answer = try run(
            try Sbatch.arguments(script: nil, overrides: options), input: "#!/bin/bash\n" + body + "\n")
        return try Sbatch.answer(
            exitStatus: answer.status, standardOutput: answer.output, standardError: answer.errors
        ).job
    }

    func queue(eachTask: Bool = false) throws -> SlurmRows<Squeue.Row> {
        let answer = try run(Squeue.arguments(user: Self.user, eachTask: eachTask))
        #expect(answer.status == 0, "\(answer.errors)")
        return Squeue.rows(answer.output)
    }

    func queue(of number: UInt32, eachTask: Bool = false) throws -> [Squeue.Row] {
        try queue(eachTask: eachTask).rows.filter { $0.job.number == number }
    }

    /// Ends the job whatever became of the test.
    func cancel(_ job: SlurmJobID) {
        for arguments in Scancel.arguments([.job(job)]) { _ = try? run(arguments) }
    }
}

/// Asks until the answer is there, for at most `seconds`; a failure shows the last thing seen.
func eventually<Value>(within seconds: Double = 30, _ ask: () throws -> (Value?, seen: String)) throws -> Value {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
        let (value, seen) = try ask()
        if let value { return value }
        if Date() > deadline {
            throw GaveUp(seen: seen)
        }
        Thread.sleep(forTimeInterval: 0.2)
    }
}

struct GaveUp: Error {
    let seen: String
}
