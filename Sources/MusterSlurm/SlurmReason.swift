/// Why Slurm does not start a job, by its own word for it (squeue(1), "JOB REASON CODES").
public struct SlurmReason: Hashable, Sendable {
    /// Slurm's word, without what stands in brackets behind it.
    public let word: String
    /// What it means.
    public let words: String
    /// What may be done about it; nil where waiting is all.
    public let remedy: String?
    /// It will not start unless somebody does something.
    public let isStuck: Bool

    /// The reason of a job that waits; nil for `None` and an empty word.
    public init?(_ text: some StringProtocol) {
        let bare = Text.trimmed(Substring(text)).drop { $0 == "(" }
        let word = String(bare.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        guard !word.isEmpty, word != "None" else { return nil }
        self.word = word
        let entry = Self.table[word] ?? Self.limit(word)
        words = entry?.words ?? "Slurm says '\(bare.last == ")" ? bare.dropLast() : bare)'"
        remedy = entry?.remedy
        isStuck = entry?.isStuck ?? false
    }

    struct Entry {
        var words: String
        var remedy: String?
        var isStuck = false

        init(_ words: String, _ remedy: String? = nil, isStuck: Bool = false) {
            (self.words, self.remedy, self.isStuck) = (words, remedy, isStuck)
        }
    }

    static let table: [String: Entry] = [
        "Resources": Entry(
            "it is the next in its partition, and the nodes that it needs are in use",
            "wait, or ask for less; what is free now: sinfo -o '%P %a %D %t %C %m %G'"),
        "Priority": Entry(
            "other jobs of the partition come first",
            "wait, or ask for less time, so that it fits into a gap; who comes first: sprio -l, or squeue -P -t PD"),
        "Dependency": Entry("it waits until the jobs that it depends on have ended"),
        "DependencyNeverSatisfied": Entry(
            "a job that it depends on ended in a way that it can't follow", "cancel it and submit again",
            isStuck: true),
        "BeginTime": Entry("its earliest time to begin has not come; after a requeue that is two minutes"),
        "JobArrayTaskLimit": Entry("as many elements of its array run as may at once"),
        "JobHeldUser": Entry("it is held by its user", "let it go: scontrol release JOB", isStuck: true),
        "JobHeldAdmin": Entry(
            "the site's administrators hold it", "ask them; its comment may say why: scontrol show job JOB",
            isStuck: true),
        "JobHoldMaxRequeue": Entry(
            "it was requeued as often as the site allows, which failing nodes or prologs do",
            "see why it was: scontrol show job JOB; then let it go: scontrol release JOB", isStuck: true),
        "launch_failed_requeued_held": Entry(
            "it could not be started on its node, was requeued, and is held",
            "tell the site; then let it go: scontrol release JOB", isStuck: true),
        "job_requeued_in_held_state": Entry(
            "it was requeued and is held", "let it go: scontrol release JOB", isStuck: true),
        "PartitionTimeLimit": Entry(
            "it asks for more time than its partition gives",
            "ask for less: --set resources.time=..., or another partition",
            isStuck: true),
        "PartitionNodeLimit": Entry(
            "it asks for more nodes than its partition gives, or its nodes are down",
            "ask for fewer nodes or another partition", isStuck: true),
        "PartitionDown": Entry("its partition is down", "use another partition, or wait for the site", isStuck: true),
        "PartitionInactive": Entry(
            "its partition starts nothing at present", "use another partition, or wait for the site", isStuck: true),
        "NodeDown": Entry("a node that it asks for is down"),
        "ReqNodeNotAvail": Entry(
            "nodes that it needs are down, drained, or reserved, often for a maintenance that its time would reach into",
            "ask for less time; reservations: scontrol show reservation; nodes that are away: sinfo -R"),
        "Nodes_required_for_job_are_DOWN": Entry(
            "all nodes that could carry it are down, drained, or reserved", "see: sinfo -R"),
        "Reservation": Entry("its reservation has not begun, or is full", "see: scontrol show reservation"),
        "ReservationDeleted": Entry(
            "its reservation is gone", "submit it without the reservation", isStuck: true),
        "InvalidAccount": Entry(
            "its account does not exist or may not be used", "correct 'account' in the cluster file", isStuck: true),
        "AccountNotAllowed": Entry(
            "its account may not use the partition", "use another account or partition", isStuck: true),
        "InvalidQOS": Entry(
            "its QoS does not exist or may not be used", "correct 'qos' in the cluster file", isStuck: true),
        "QOSNotAllowed": Entry(
            "its QoS may not be used in the partition or by the account", "use another QoS or partition", isStuck: true),
        "BadConstraints": Entry(
            "no node has what it asks for", "see what there is: muster doctor CLUSTER, or sinfo -o '%P %c %m %G %f'",
            isStuck: true),
        "Constraints": Entry("no node with the features that it asks for is free"),
        "Licenses": Entry("licenses that it needs are in use", "see: scontrol show licenses"),
        "FedJobLock": Entry("another cluster of the federation is about to start it"),
        "Cleaning": Entry("its earlier run is being cleaned up after a requeue"),
        "Prolog": Entry("the site's prolog still runs for it"),
        "BurstBufferResources": Entry("there is no room in the burst buffer"),
        "BurstBufferStageIn": Entry("its data is brought to the burst buffer"),
        "FrontEndDown": Entry("no front end node is there to run it"),
        "SystemFailure": Entry("Slurm itself, its file system or the network failed", "tell the site", isStuck: true),
        "JobLaunchFailure": Entry(
            "it could not be started: a file system, an output path or a user that is not known on the node",
            "see: muster doctor CLUSTER --job", isStuck: true),
        "NonZeroExitCode": Entry("it ended with another exit code than 0"),
        "InactiveLimit": Entry("it reached the site's limit for inactive jobs"),
        "TimeLimit": Entry("its time was over"),
        "OutOfMemory": Entry("it ran out of memory"),
        "MaxMemPerLimit": Entry(
            "it asks for more memory a core or node than the partition gives", "ask for less memory or more cores",
            isStuck: true),
        "DeadLine": Entry("it can't end before its deadline", isStuck: true),
        "AssociationJobLimit": Entry("your account has as many jobs as it may have", "wait until some have ended"),
        "AssociationResourceLimit": Entry("your account uses as much as it may", "wait until some jobs have ended"),
        "AssociationTimeLimit": Entry("your account's time is used up", "ask the site for more", isStuck: true),
        "QOSJobLimit": Entry("your QoS has as many jobs as it may have", "wait until some have ended"),
        "QOSResourceLimit": Entry("your QoS uses as much as it may", "wait until some jobs have ended"),
        "QOSTimeLimit": Entry("your QoS's time is used up", "ask the site for more, or use another QoS", isStuck: true),
        "QOSUsageThreshold": Entry("its QoS asks for more share than you have left", "wait, or use another QoS"),
        "WaitingForScheduling": Entry("Slurm has not looked at it yet"),
        "Resv_Hold": Entry(
            "its reservation was deleted, so it is held", "submit it without the reservation", isStuck: true),
    ]
}
