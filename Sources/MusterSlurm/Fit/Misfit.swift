/// Why a partition does not do for a request.
public enum Misfit: Hashable, Sendable, CustomStringConvertible {
    /// No such partition; the names that there are.
    case unknown(known: [String])
    /// It takes or starts no jobs: its state.
    case state(String)
    /// Only root may use it.
    case rootOnly
    /// It is for jobs with a reservation.
    case reservation
    /// Another account is needed; those of the user that would do.
    case account(String, usable: [String])
    /// The quality of service may not be used there.
    case qos(String, allowed: [String])
    /// The account may not use that quality of service anywhere.
    case foreignQoS(String, account: String, usable: [String])
    /// It is for members of groups; `isMember` is nil where the user's groups are not known.
    case groups([String], isMember: Bool?)
    /// Longer than a rule allows; both in seconds.
    case time(asked: Int, limit: SiteLimits.Limit)
    /// More nodes than there may be in one job, or are there.
    case nodes(asked: Int, most: Int, rule: LimitRule?)
    /// Fewer nodes than a job must have there.
    case fewNodes(asked: Int, least: Int)
    /// More CPUs than any node has.
    case cpus(asked: Int, most: Int, rule: LimitRule?)
    /// More memory than any node has; both in MiB.
    case memory(asked: Int, most: Int, rule: LimitRule?)
    /// More GPUs than any node has.
    case gpus(asked: Int, most: Int, type: String?)
    /// No GPU of that type; the types that there are, and whether it is a feature of nodes instead.
    case gpuType(String, known: [String], isFeature: Bool)
    /// More GPUs in all than a rule allows.
    case gpusInAll(asked: Int, limit: SiteLimits.Limit)
    /// No node has these features.
    case constraint(String, known: [String])
    /// Each thing can be had, but not on one node.
    case together
    /// Fewer nodes can carry it than are asked for.
    case fewFit(asked: Int, fitting: Int)
    /// Enough nodes could carry it, but too few of them are in service.
    case outOfService(asked: Int, inService: Int)

    /// Whether it speaks against the partition for good. What does not is a remark for who named the partition.
    public var isLasting: Bool {
        switch self {
        case .outOfService, .groups(_, isMember: nil), .state("DOWN"): false
        default: true
        }
    }

    /// A few words that begin with the resource or rule in question.
    public var description: String {
        switch self {
        case .unknown(let known): "there is no such partition; there are: \(Self.join(known))"
        case .state("DOWN"): "state: it is DOWN, jobs wait there until the site opens it"
        case .state(let word): "state: it is \(word) and takes no jobs"
        case .rootOnly: "only root may use it"
        case .reservation: "reservation: it is for jobs with one"
        case .account(let name, let usable):
            "account: '\(name)' may not use it" + (usable.isEmpty ? "" : "; yours that may: \(Self.join(usable))")
        case .qos(let name, let allowed):
            "qos: '\(name)' may not be used in it" + (allowed.isEmpty ? "" : "; allowed: \(Self.join(allowed))")
        case .foreignQoS(let name, let account, let usable):
            "qos: account '\(account)' may not use '\(name)'"
                + (usable.isEmpty ? "" : "; it may use: \(Self.join(usable))")
        case .groups(let names, let isMember):
            "groups: it is for members of \(Self.join(names))"
                + (isMember == nil ? ", and whether you are one is not known" : "")
        case .time(let asked, let limit):
            "time: at most \(SlurmTimeLimit.seconds(limit.value)) (\(limit.rule)), \(SlurmTimeLimit.seconds(asked)) asked"
        case .nodes(let asked, let most, let rule): "nodes: at most \(most)\(Self.source(rule)), \(asked) asked"
        case .fewNodes(let asked, let least): "nodes: at least \(least) in one job, \(asked) asked"
        case .cpus(let asked, let most, let rule): "cpus: at most \(most) a node\(Self.source(rule)), \(asked) asked"
        case .memory(let asked, let most, let rule):
            "memory: at most \(most) MiB a node\(Self.source(rule)), \(asked) MiB asked"
        case .gpus(let asked, 0, nil): "gpu: its nodes have none, \(asked) asked"
        case .gpus(let asked, let most, let type):
            "gpu: at most \(most) \(most == 1 ? "GPU" : "GPUs")\(type.map { " of type \($0)" } ?? "") a node, \(asked) asked"
        case .gpuType(let type, let known, let isFeature):
            "gpu: none of type \(type)"
                + (isFeature
                    ? "; it is a feature of nodes here: write constraint: \(type) instead of the type"
                    : known.isEmpty ? "; the site does not tell types apart" : "; there are: \(Self.join(known))")
        case .gpusInAll(let asked, let limit): "gpu: at most \(limit.value) in all (\(limit.rule)), \(asked) asked"
        case .constraint(let text, let known):
            "constraint: no node has \(text)" + (known.isEmpty ? "" : "; there are: \(Self.join(known))")
        case .together: "no single node has all of this together"
        case .fewFit(let asked, let fitting): "nodes: only \(fitting) can carry this, \(asked) asked"
        case .outOfService(let asked, let inService):
            "nodes: only \(inService) that can carry this are in service now, \(asked) asked"
        }
    }

    private static func source(_ rule: LimitRule?) -> String { rule.map { " (\($0))" } ?? "" }

    private static func join(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    }
}
