import MusterSlurm
import Testing

@Suite struct SlurmStateTests {
    @Test(
        arguments: [
            ("PENDING", .pending, .pending), ("PD", .pending, .pending), ("RUNNING", .running, .running),
            ("COMPLETED", .completed, .ended), ("CD", .completed, .ended), ("FAILED", .failed, .ended),
            ("TIMEOUT", .timeout, .ended), ("NODE_FAIL", .nodeFail, .ended), ("NF", .nodeFail, .ended),
            ("BOOT_FAIL", .bootFail, .ended), ("DEADLINE", .deadline, .ended), ("PREEMPTED", .preempted, .ended),
            ("OUT_OF_MEMORY", .outOfMemory, .ended), ("OOM", .outOfMemory, .ended), ("OO", .outOfMemory, .ended),
            ("OUT_OF_ME+", .outOfMemory, .ended), ("CANCELLED", .cancelled(by: nil), .ended),
            ("CANCELLED by 1001", .cancelled(by: 1001), .ended), ("CANCELLED+", .cancelled(by: nil), .ended),
            ("REVOKED", .revoked, .ended), ("COMPLETING", .completing, .running), ("CG", .completing, .running),
            ("SUSPENDED", .suspended, .running), ("STOPPED", .stopped, .running), ("RESIZING", .resizing, .running),
            ("SIGNALING", .signaling, .running), ("STAGE_OUT", .stageOut, .running),
            ("UPDATE_DB", .updateDatabase, .running),
            ("CONFIGURING", .configuring, .pending), ("POWER_UP_NODE", .powerUpNode, .pending),
            ("REQUEUED", .requeued, .pending), ("REQUEUE_HOLD", .requeueHold, .pending),
            ("REQUEUE_FED", .requeueFederated, .pending), ("SPECIAL_EXIT", .specialExit, .pending),
            ("RESV_DEL_HOLD", .reservationDeletedHold, .pending), ("LAUNCH_FAILED", .launchFailed, .pending),
            ("RECONFIG_FAIL", .reconfigFail, .pending), ("EXPEDITING", .expediting, .pending),
            (" running ", .running, .running),
        ] as [(String, SlurmState, SlurmState.Phase)])
    func reads(text: String, state: SlurmState, phase: SlurmState.Phase) {
        #expect(SlurmState(parsing: text) == state)
        #expect(state.phase == phase)
    }

    @Test(arguments: ["", "RE+", "+", "HIBERNATING", "COMPLETEDISH", "COMPLET", "0"])
    func anUnknownWordIsKeptAndHasNotEnded(text: String) {
        let state = SlurmState(parsing: text)
        #expect(state == .unrecognised(text))
        #expect(!state.isEnded)
        #expect(!state.isRunning)
        #expect(!state.isPending)
        #expect(state.name == text)
    }

    @Test func namesAreReadBack() {
        for text in ["PENDING", "NODE_FAIL", "OUT_OF_MEMORY", "CANCELLED", "REQUEUE_HOLD", "UPDATE_DB"] {
            #expect(SlurmState(parsing: text).name == text)
        }
    }
}

@Suite struct SlurmExitCodeTests {
    @Test(arguments: [("7:0", 7, 0), ("0:125", 0, 125), ("0:11", 0, 11), ("0:0", 0, 0), ("0:53", 0, 53)])
    func reads(text: String, status: Int, signal: Int) throws {
        let code = try #require(SlurmExitCode(parsing: text))
        #expect(code == SlurmExitCode(status: status, signal: signal))
        #expect(code.description == text)
        #expect(code.isSuccess == (text == "0:0"))
        #expect(code.isOutOfMemory == (signal == 125))
    }

    @Test(arguments: ["", "7", "7:", ":0", "7:0:0", "-1:0", "a:b"])
    func refuses(text: String) {
        #expect(SlurmExitCode(parsing: text) == nil)
    }

    @Test(arguments: [(1792, "7:0"), (253, "0:125"), (11, "0:11"), (9, "0:9"), (1, "0:1"), (256, "1:0"), (0, "0:0")])
    func readsAWaitStatus(raw: Int, text: String) {
        #expect(SlurmExitCode(waitStatus: raw).description == text)
    }
}
