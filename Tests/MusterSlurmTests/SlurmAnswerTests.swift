import MusterSlurm
import Testing

@Suite struct SbatchAnswerTests {
    @Test(
        arguments: [
            ("37\n", "", 37, nil, []), ("37;alps\n", "", 37, "alps", []), ("Submitted batch job 37\n", "", 37, nil, []),
            ("Submitted batch job 37 on cluster alps\n", "", 37, "alps", []),
            (
                "*** welcome ***\nYou have 12 TB left\n\n37\r\n", "", 37, nil,
                ["*** welcome ***", "You have 12 TB left"]
            ),
            ("37\n", "sbatch: note: default account used\n", 37, nil, ["sbatch: note: default account used"]),
            ("12\n37\nbye\n", "", 37, nil, ["bye"]), ("37", "", 37, nil, []),
        ] as [(String, String, UInt32, String?, [String])])
    func readsTheID(output: String, errors: String, number: UInt32, cluster: String?, remarks: [String]) throws {
        let receipt = try Sbatch.answer(exitStatus: 0, standardOutput: output, standardError: errors)
        #expect(receipt.job == SlurmJobID(number))
        #expect(receipt.cluster == cluster)
        #expect(receipt.remarks == remarks)
    }

    @Test(arguments: ["", "ok\n", "0\n", "-5\n", "Submitted batch job\n", "37 queued\n", "3.7\n"])
    func successWithoutAnIDLeavesTheOutcomeOpen(output: String) {
        let failure = #expect(throws: SlurmFailure.self) {
            try Sbatch.answer(exitStatus: 0, standardOutput: output, standardError: "")
        }
        #expect(failure?.mayHaveTakenEffect == true)
        #expect(failure?.isTransient == false)
    }

    @Test func anIDFromAFailedProgramIsNotBelievedButLookedFor() {
        let failure = #expect(throws: SlurmFailure.self) {
            try Sbatch.answer(
                exitStatus: 1, standardOutput: "37\n", standardError: "sbatch: error: Invalid qos specification\n")
        }
        #expect(failure?.mayHaveTakenEffect == true)
    }

    @Test(arguments: [137, 143, 255]) func aKilledOrCutOffSbatchMayHaveSubmitted(status: Int) {
        let failure = #expect(throws: SlurmFailure.self) {
            try Sbatch.answer(exitStatus: status, standardOutput: "", standardError: "")
        }
        #expect(failure?.mayHaveTakenEffect == true)
    }
}

@Suite struct SlurmFailureTests {
    private static let failed = "sbatch: error: Batch job submission failed: "

    @Test(
        arguments: [
            (
                "sbatch: error: invalid partition specified: nosuch\n" + failed + "Invalid partition name specified", 1,
                .partition
            ),
            (
                "sbatch: error: Memory specification can not be satisfied\n" + failed
                    + "Requested node configuration is not available", 1, .nodeConfiguration
            ),
            (failed + "Requested node configuration is not available", 1, .nodeConfiguration),
            (failed + "Invalid job array specification", 1, .array),
            ("sbatch: error: Invalid --time specification", 255, .timeLimit),
            (failed + "Requested time limit is invalid (missing or exceeds some limit)", 1, .timeLimit),
            (
                "sbatch: error: This does not look like a batch script.  The first\nsbatch: error: line must start with #!",
                1, .script
            ),
            ("sbatch: error: Unable to open file /nonexist", 1, .script),
            ("sbatch: error: Batch script is empty!", 1, .script),
            ("sbatch: error: Batch script contains DOS line breaks (\\r\\n)", 1, .script),
            ("sbatch: error: Invalid directive found in batch script: x", 1, .script),
            (failed + "Pathname of a file, directory or other parameter too long", 1, .parameterTooLong),
            (failed + "Unable to contact slurm controller (connect failure)", 1, .controllerUnreachable),
            (failed + "Socket timed out on send/recv operation", 1, .controllerUnreachable),
            (failed + "Invalid account or account/partition combination specified", 1, .account),
            (failed + "Invalid qos specification", 1, .qos), (failed + "Invalid feature specification", 1, .feature),
            ("sbatch: error: Invalid generic resource (gres) specification", 1, .gres),
            (failed + "Invalid node name specified", 1, .nodeName), (failed + "Job dependency problem", 1, .dependency),
            (failed + "Requested reservation is invalid", 1, .reservation),
            (failed + "Invalid license specification", 1, .license),
            (
                "sbatch: error: QOSMaxSubmitJobPerUserLimit\n" + failed
                    + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", 1,
                .submitLimit
            ),
            (
                "sbatch: error: AssocMaxSubmitJobLimit\n" + failed
                    + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", 1,
                .submitLimit
            ),
            (
                "sbatch: error: QOSMaxWallDurationPerJobLimit\n" + failed
                    + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", 1,
                .timeLimit
            ),
            (
                failed + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)", 1,
                .policy
            ),
            ("sbatch: unrecognized option '--foo'\nTry \"sbatch --help\" for more information", 1, .option("--foo")),
            ("sbatch: error: Invalid --mem specification", 1, .option("--mem")),
            ("sbatch: error: Invalid numeric value \"foo\" for first arg of -B.", 1, .option("invalid numeric value")),
            ("bash: line 1: sbatch: command not found", 127, .noSlurm),
            ("env: 'sbatch': No such file or directory", 127, .noSlurm),
            (
                "sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\nsbatch: fatal: Could not establish a configuration source",
                1, .noSlurm
            ),
            (
                "sbatch: error: If munged is up, restart with --num-threads=10\nsbatch: error: Munge encode failed: Failed to access",
                1, .authentication
            ),
            ("sbatch: error: site policy: no GPUs on Sundays", 1, .unrecognised), ("", 255, .unrecognised),
        ] as [(String, Int, SlurmFailure.Kind)])
    func recognisesSbatch(text: String, status: Int, kind: SlurmFailure.Kind) {
        let failure = SlurmFailure(program: "sbatch", exitStatus: status, standardError: text + "\n")
        #expect(failure.kind == kind)
        #expect(!failure.hint.isEmpty)
        #expect(failure.mayHaveTakenEffect == (kind == .controllerUnreachable || kind == .unrecognised))
        #expect(failure.isTransient == (kind == .controllerUnreachable || kind == .submitLimit))
    }

    @Test(
        arguments: [
            ("sacct", "Slurm accounting storage is disabled", .accountingDisabled),
            (
                "sacct",
                "sacct: error: Sending PersistInit msg: Connection refused\n"
                    + "sacct: error: Problem talking to the database: Connection refused", .accountingUnreachable
            ),
            ("sacct", "sacct: error: Invalid field requested: \"Restarts\"", .unknownField("Restarts")),
            ("squeue", "slurm_load_jobs error: Invalid job id specified", .unknownJob),
            (
                "squeue", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
                .controllerUnreachable
            ),
            ("scontrol", "Invalid job id specified for job 99999", .unknownJob),
            ("scontrol", "Requested operation is presently disabled for job 2", .wrongJobState),
            ("scontrol", "Job is pending execution for job 41", .wrongJobState),
        ] as [(String, String, SlurmFailure.Kind)])
    func recognisesTheOthers(program: String, text: String, kind: SlurmFailure.Kind) {
        #expect(SlurmFailure(program: program, exitStatus: 1, standardError: text + "\n").kind == kind)
    }

    @Test func complaintsOfALoginAreNotTheProgramsOwn() {
        let failure = SlurmFailure(
            program: "sbatch", exitStatus: 1,
            standardError: "/etc/profile: line 9: /opt/x: Permission denied\nmodule: command not found\n" + Self.failed
                + "Invalid qos specification\n")
        #expect(failure.kind == .qos)
    }

    @Test func theTextNamesProgramStatusAnswerAndCure() {
        let failure = SlurmFailure(
            program: "sbatch", exitStatus: 1, standardError: Self.failed + "Invalid qos specification\n")
        let text = failure.description
        for part in ["sbatch", "status 1", "Invalid qos specification", "sacctmgr"] { #expect(text.contains(part)) }
    }

    @Test func aFloodOfOutputIsCut() {
        let failure = SlurmFailure(
            program: "sbatch", exitStatus: 1,
            standardError: String(repeating: String(repeating: "x", count: 9_999) + "\n", count: 99))
        #expect(failure.lines.count == 20)
        #expect(failure.lines.allSatisfy { $0.utf8.count == 400 })
    }
}
