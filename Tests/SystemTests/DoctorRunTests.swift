import Foundation
import MusterCore
import Testing

/// `muster doctor` on this machine.
@Suite struct DoctorRunTests {
    @Test func thisMachineIsWellAndNothingIsLeftBehind() throws {
        let lab = try Lab()
        let result = try lab.muster(["doctor", "--json"])
        #expect(result.status == 0, "\(result.errors)\(result.output)")
        #expect(result.json?["schema"] == 1 && result.json?["cluster"] == "local")
        let checks = try #require(result.json?["checks"]?.array)
        let names = checks.compactMap { $0["name"]?.string }
        for name in ["cluster file", "programs", "memory", "cgroup", "history", "state folder", "claims", "agent"] {
            #expect(names.contains(name), "\(names)")
        }
        #expect(!checks.contains { $0["status"] == "wrong" })
        #expect(checks.first { $0["name"] == "claims" }?["status"] == "ok")
        #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/state"))
        let text = try lab.muster(["doctor"])
        #expect(text.output.hasPrefix("ok       cluster file: "), "\(text.output)")
    }

    @Test func aStateFolderThatCanNotBeMadeStopsOnlyWhatNeedsIt() throws {
        let lab = try Lab()
        try lab.write("file", "")
        try lab.write("here.yaml", "name: here\nbackend: local\nworkdir: \(lab.folder)/file/work\n")
        let result = try lab.muster(["doctor", "here.yaml", "--json"])
        #expect(result.status == 1, "\(result.errors)")
        let checks = try #require(result.json?["checks"]?.array)
        func status(_ name: String) -> JSON? { checks.first { $0["name"]?.string == name }?["status"] }
        #expect(status("state folder") == "wrong" && status("claims") == "skipped" && status("programs") == "ok")
        let cure = checks.first { $0["name"] == "state folder" }?["cure"]?.string
        #expect(cure?.contains("workdir") == true)
        #expect(try String(contentsOfFile: "\(lab.folder)/file", encoding: .utf8).isEmpty)
    }

    @Test func aClusterThatIsNotThereOrCanNotBeRead() throws {
        let lab = try Lab()
        let unknown = try lab.muster(["doctor", "lokal"])
        #expect(unknown.status == 1, "\(unknown.errors)")
        #expect(unknown.output.contains("did you mean 'local'"), "\(unknown.output)")
        try lab.write("bad.yaml", "name: bad\nbackend: slrm\n")
        let bad = try lab.muster(["doctor", "bad.yaml", "--json"])
        #expect(bad.status == 1)
        let finding = try #require(bad.json?["checks"]?.array?.first)
        #expect(finding["status"] == "wrong" && finding["result"]?.string?.contains("bad.yaml:2") == true)
    }
}
