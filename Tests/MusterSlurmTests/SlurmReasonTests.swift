import MusterSlurm
import Testing

/// Slurm's words for why a job waits, in words for people.
@Suite struct SlurmReasonTests {
    @Test(arguments: [
        ("Resources", "are in use", false), ("(Priority)", "come first", false),
        ("Dependency", "have ended", false), ("DependencyNeverSatisfied", "can't follow", true),
        ("JobHeldUser", "held by its user", true), ("PartitionTimeLimit", "more time than its partition", true),
        ("(ReqNodeNotAvail, UnavailableNodes:n[1-3])", "maintenance", false),
        ("BeginTime", "requeue", false),
        ("QOSMaxJobsPerUserLimit", "your QoS lets its jobs of one user have so many jobs at once", false),
        ("QOSMaxGRESPerUser", "so many GPUs and other devices at once", false),
        ("QOSGrpCpuLimit", "your QoS lets all that share it have so many cores at once", false),
        ("AssocGrpGRES", "your account lets all that share it have so many GPUs and other devices", false),
        ("AssocGrpMemLimit", "so much memory at once", false),
        ("AssocGrpCPUMinutesLimit", "the budget of cores of your account is used up", false),
        ("AssocMaxWallDurationPerJobLimit", "it asks for more time than your account lets one job have", true),
        ("QOSMaxWallDurationPerJobLimit", "it asks for more time than your QoS lets one job have", true),
        ("QOSMinGRES", "less than the least of GPUs", true), ("SomethingNew", "Slurm says 'SomethingNew'", false),
    ]) func aReasonHasWords(text: String, words: String, isStuck: Bool) throws {
        let reason = try #require(SlurmReason(text))
        #expect(reason.words.contains(words), "\(reason.words)")
        #expect(reason.isStuck == isStuck)
    }

    @Test(arguments: ["", "None", "(None)", " "]) func noReasonIsNone(text: String) {
        #expect(SlurmReason(text) == nil)
    }

    @Test func whatIsStuckHasARemedy() {
        for word in ["JobHeldUser", "BadConstraints", "InvalidQOS", "QOSMaxMemoryPerJob", "JobHoldMaxRequeue"] {
            #expect(SlurmReason(word)?.remedy?.isEmpty == false, "\(word)")
        }
    }
}
