import Foundation

/// Programs named as Slurm's that print a site's answers from a file, for what must not wait for a real Slurm.
enum FakeSlurm {
    /// A search path with the answers of `release` (see the fixtures of the Slurm tests) before the machine's programs.
    /// Each call of a program leaves its words in `calls`; `more` are other programs, or other answers of these.
    static func path(_ release: String, in lab: Lab, _ more: [String: String] = [:]) throws -> String {
        let answers = #filePath.replacing("SystemTests/FakeSlurm.swift", with: "MusterSlurmTests/Fixtures/\(release)")
        let folder = "\(lab.folder)/fake"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let scripts = [
            "scontrol":
                "case \"$*\" in *config*) n=config;; *partition*) n=partitions;; *) n=nodes;; esac; cat \(answers)/$n.txt",
            "sinfo": "cat \(answers)/sinfo.txt",
            "sacctmgr": """
            case "$*" in *assoc*) cat \(answers)/assoc.txt;; *qos*) cat \(answers)/qos.txt;;
            *) sed "s/^ada/$(id -un)/" \(answers)/user.txt;; esac
            """,
            "sbatch": "cat >/dev/null; echo 'sbatch: Job 7 to start at 2026-11-21T09:00:00' >&2",
        ]
        for (name, script) in scripts.merging(more, uniquingKeysWith: { $1 }) {
            let note = "echo \(name) \"$@\" >>\(lab.folder)/calls"
            try Data("#!/bin/sh\n\(note)\n\(script)\n".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
        }
        return "\(folder):/usr/bin:/bin"
    }
}
