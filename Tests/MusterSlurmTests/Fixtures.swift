import Foundation
import MusterSlurm

/// Answers of Slurm's programs by release; `Fixtures/README.md` says where they come from.
struct Fixture {
    static let releases = ["20.11", "22.05", "23.11", "25.05"]

    let release: String

    init(_ release: String) { self.release = release }

    private var folder: String {
        #filePath.replacing("Fixtures.swift", with: "Fixtures/\(release)/")
    }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)\(name).txt") }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(folder)\(name).txt")), as: UTF8.self)
    }

    var user: String { release == "22.05" ? "hpcuser" : "ada" }

    /// The site, put together as from a real one; a question in `without` was refused.
    func site(without: Set<SiteProbe.Question> = []) throws -> SlurmSite {
        let files: [SiteProbe.Question: String] = [
            .configuration: "config", .partitions: "partitions", .nodes: "nodes", .kinds: "sinfo",
            .associations: "assoc", .qualities: "qos", .user: "user", .groups: "groups",
        ]
        var answers: [SiteProbe.Question: SiteProbe.Answer] = [:]
        for (question, file) in files {
            if without.contains(question) {
                answers[question] = .init(
                    exitStatus: 1, output: "", errors: "slurm_load error: Access/permission denied\n")
            } else if has(file) {
                answers[question] = .init(output: try text(file))
            } else {
                answers[question] = .init(exitStatus: 1, output: "", errors: try text("assoc-refused"))
            }
        }
        return try SiteProbe.site(user: user, answers)
    }
}
