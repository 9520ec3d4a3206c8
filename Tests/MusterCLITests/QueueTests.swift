import MusterCore
import MusterSlurm
import Testing

@testable import MusterCluster

/// What the queue says of elements that wait.
@Suite struct QueueTests {
    private func row(_ id: String, _ state: String, _ reason: String, start: String = "0") -> String {
        [id, "4", state, reason, "", "1800000000", start, "0", "1:00:00", "main", "muster.r"].joined(
            separator: "\u{1F}") + "\n"
    }

    @Test func elementsThatWaitForTheSameAreToldTogether() throws {
        let output = [
            row("7_[2-9]", "PENDING", "Priority", start: "1800000600"), row("7_0", "RUNNING", "None"),
            row("8_1", "PENDING", "Priority"), row("9", "PENDING", "AssocGrpGRES"), row("10", "PENDING", "None"),
            row("11_[1-3,...]", "PENDING", "BeginTime"),
        ].joined()
        let found = SlurmScheduler.hindrances(Squeue.rows(output).rows)
        #expect(
            found.map { "\($0.reason ?? "-"): \($0.what)" }.sorted() == [
                "-: 1 element of Slurm's job 10 waits in the partition 'main'",
                "AssocGrpGRES: 1 element of Slurm's job 9 waits in the partition 'main'",
                "BeginTime: at least 3 elements of Slurm's job 11 wait in the partition 'main'",
                "Priority: 9 elements of Slurm's job 7, 8 wait in the partition 'main'",
            ])
        let priority = try #require(found.first { $0.reason == "Priority" })
        #expect(priority.expected == Timestamp(seconds: 1_800_000_600))
        #expect(priority.words == "other jobs of the partition come first")
    }

    @Test func theJobIsNamedInWhatToType() throws {
        let found = SlurmScheduler.hindrances(Squeue.rows(row("7_3", "PENDING", "JobHeldUser")).rows)
        #expect(found.first?.advice.first?.words == "let it go: scontrol release 7")
    }
}
