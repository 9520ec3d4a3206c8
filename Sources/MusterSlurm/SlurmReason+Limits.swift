/// The limits of associations and of qualities of service, whose names are put together: whose, which, of what.
extension SlurmReason {
    /// `AssocGrpGRES`, `QOSMaxCpuPerUserLimit`, `AssocGrpCPUMinutesLimit`; nil for another word.
    static func limit(_ word: String) -> Entry? {
        let owner: String
        var rest = word[...]
        if rest.hasPrefix("Assoc") {
            (owner, rest) = ("account", rest.dropFirst(5))
        } else if rest.hasPrefix("QOS") {
            (owner, rest) = ("QoS", rest.dropFirst(3))
        } else {
            return nil
        }
        let isGroup = rest.hasPrefix("Grp")
        guard isGroup || rest.hasPrefix("Max") || rest.hasPrefix("Min") else { return nil }
        let isLeast = rest.hasPrefix("Min")
        rest = rest.dropFirst(3)
        if rest.hasSuffix("Limit") { rest = rest.dropLast(5) }
        let whose =
            rest.contains("PerUser") || rest.contains("PU")
            ? "of one user" : rest.contains("PerAccount") || rest.contains("PA") ? "of one account" : ""
        let what = kind(of: rest)
        if isLeast {
            return Entry(
                "it asks for less than the least of \(what.name) that its \(owner) wants",
                "ask for more, or use another \(owner)",
                isStuck: true)
        }
        let limits = "; the limits: \(owner == "QoS" ? "sacctmgr show qos" : "sacctmgr show assoc user=$USER")"
        if rest.contains("Minutes") || rest.contains("RunMins") || rest.contains("Mins") {
            return Entry(
                "the budget of \(what.name) of your \(owner) is used up, or would be by what runs",
                "wait until running jobs have ended, or ask the site for more" + limits)
        }
        if rest.contains("PerJob") || rest.contains("PerNode") || !isGroup && rest.contains("WallDuration") {
            return Entry(
                "it asks for more \(what.name) than your \(owner) lets one job have", "ask for less" + limits,
                isStuck: true)
        }
        let reach = isGroup ? "all that share it" : whose.isEmpty ? "its jobs" : "its jobs \(whose)"
        return Entry(
            "your \(owner) lets \(reach) have so \(what.isCounted ? "many" : "much") \(what.name) at once, and no more",
            "wait until running jobs have ended, or use another \(owner)" + limits)
    }

    private static func kind(of rest: Substring) -> (name: String, isCounted: Bool) {
        let low = rest.lowercased()
        let kinds: [(part: String, name: String, isCounted: Bool)] = [
            ("gres", "GPUs and other devices", true), ("gpu", "GPUs", true), ("cpu", "cores", true),
            ("mem", "memory", false), ("node", "nodes", true), ("wall", "time", false),
            ("submit", "submitted jobs", true), ("billing", "billing units", true), ("license", "licenses", true),
            ("energy", "energy", false), ("bb", "burst buffer", false), ("job", "jobs", true),
        ]
        return kinds.first { low.contains($0.part) }.map { ($0.name, $0.isCounted) } ?? ("of a resource", false)
    }
}
