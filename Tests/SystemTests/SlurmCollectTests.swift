import Digest
import Foundation
import MusterCore
import TestSupport
import Testing

/// Results that come home from a cluster whose line breaks.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmCollectTests {
    /// With `MUSTER_TEST_COLLECT=full` 10,000 small files and one of 2 GiB, else a tenth of that.
    private static let isFull = ProcessInfo.processInfo.environment["MUSTER_TEST_COLLECT"] == "full"

    @Test func aBrokenLineIsTakenUpAgainAndNothingComesTwice() throws {
        let (files, bytes) = Self.isFull ? (10_000, 2 << 30) : (1000, 200 << 20)
        let (lab, data) = try TestCluster.lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: large, dataset_root: \(data)}
            pipeline:
              command: >-
                cd {output_dir}; mkdir many; head -c $((4096 * \(files))) /dev/urandom | split -b 4096 -a 5 - many/;
                head -c \(bytes) /dev/zero | openssl enc -aes-128-ctr -pass pass:x -nosalt -pbkdf2 > big.bin
            resources: {memory: 300M, time: 10m, cpus: 1}
            collect: {files: all, pause: 1s}
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        #expect(try lab.muster(["wait", "last", "--timeout", "300s"]).status == 0)
        let home = try #require(try lab.muster(["history", "show", "--json"]).json?["home"]?.string)
        let job = "\(home)/a", part = "\(job)/.big.bin.muster-part"

        let collect = try lab.start(["collect", "--bandwidth", Self.isFull ? "200M" : "40M"])
        func size() -> Int64 { FileLook(part)?.mark.size ?? 0 }
        for share in [Int64(4), 2] {
            _ = try lab.wait(for: "a share of the large file") { size() >= Int64(bytes) / share ? true : nil }
            for session in try TestCluster.sessions() { kill(session, SIGKILL) }
        }
        collect.waitUntilExit()
        #expect(collect.terminationStatus == 0, "\(lab.errors)")
        let made = try #require(try lab.jobs().first?["attempts"]?.array?.last?["made"])
        #expect(made["files"]?.int == Int64(files + 1) && made["bytes"]?.int == Int64(bytes + files * 4096))
        let output = try #require(try lab.jobs().first?["output"]?.string)
        #expect(FileDigest(path: "\(job)/big.bin")?.sha256 == FileDigest(path: "\(output)/big.bin")?.sha256)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(job)/many").count == files)

        let start = Date()
        let again = try lab.muster(["collect", "--json"])
        print("the second call took \(Date().timeIntervalSince(start)) s")
        #expect(again.json?["transferred"] == 0 && again.json?["bytes"] == 0, "\(again.output)")
        #expect(again.json?["unchanged"]?.int == Int64(files + 1))
    }
}
