/// What to ask a site, and how the answers become a ``SlurmSite``.
///
/// Each question may fail on its own: a site without accounting, or one whose nodes may not be listed, is still served
/// with what the others say. Only the controller's configuration must come.
public enum SiteProbe {
    /// One call of a Slurm program.
    public enum Question: String, CaseIterable, Sendable {
        case configuration, partitions, nodes, kinds, associations, qualities, user, groups

        /// The program and its arguments, each one word.
        public func arguments(user: String) -> [String] {
            switch self {
            case .configuration: Scontrol.showConfig()
            case .partitions: Scontrol.showPartitions()
            case .nodes: Scontrol.showNodes()
            case .kinds: Sinfo.arguments()
            case .associations: Sacctmgr.showAssociations(user: user)
            case .qualities: Sacctmgr.showQualities()
            case .user: Sacctmgr.showUser(user)
            case .groups: ["id", "-Gn"]
            }
        }

        /// Whether it is worth asking: sacctmgr has no answer where the controller says that no accounts are kept.
        public func isUseful(after configuration: SlurmConfiguration) -> Bool {
            switch self {
            case .associations, .qualities, .user: configuration.keepsAccounting ?? true
            default: true
            }
        }
    }

    /// What a call left behind.
    public struct Answer: Hashable, Sendable {
        /// What the program returned.
        public var exitStatus: Int
        /// What it printed.
        public var output: String
        /// What it printed on standard error.
        public var errors: String

        /// Gathers an answer.
        public init(exitStatus: Int = 0, output: String, errors: String = "") {
            self.exitStatus = exitStatus
            self.output = output
            self.errors = errors
        }
    }

    /// Puts the answers together. A question that was not asked is a gap without a word; one that failed is told in
    /// ``SlurmSite/gaps``.
    ///
    /// - Throws: The failure of the configuration, without which a site cannot be described.
    public static func site(user: String, _ answers: [Question: Answer]) throws(SlurmFailure) -> SlurmSite {
        let first = answers[.configuration] ?? Answer(exitStatus: 127, output: "", errors: "scontrol was not asked")
        let configuration = SlurmConfiguration(parsing: first.output)
        guard first.exitStatus == 0, !configuration.isEmpty else {
            throw SlurmFailure(
                program: "scontrol", exitStatus: first.exitStatus, standardError: first.errors,
                standardOutput: first.output)
        }
        var site = SlurmSite(configuration: configuration)
        func text(_ question: Question) -> String? {
            guard let answer = answers[question] else { return nil }
            if answer.exitStatus == 0 { return answer.output }
            let program = question.arguments(user: user)[0]
            let failure = SlurmFailure(
                program: program, exitStatus: answer.exitStatus, standardError: answer.errors,
                standardOutput: answer.output)
            site.gaps.append("\(question.rawValue): \(failure)")
            return nil
        }
        let rows = text(.kinds).map { Sinfo.rows($0).rows } ?? []
        let nodes = text(.nodes).map(SlurmNode.list(parsing:)) ?? []
        site.partitions = partitions(text(.partitions), nodes, rows)
        if site.partitions.isEmpty { site.gaps.append("partitions: the site named none") }
        site.associations = text(.associations).map { output in
            Sacctmgr.associations(output).filter { $0.cluster == nil || site.name == nil || $0.cluster == site.name }
        }
        site.qualities = text(.qualities).map(Sacctmgr.qualities)
        site.defaultAccount = text(.user).flatMap { Sacctmgr.defaultAccount($0, user: user) }
        site.groups = text(.groups).map { Text.words($0[...]).map { String($0) } }
        return site
    }

    /// The controller's partitions, or where it does not tell, what sinfo shows of them.
    private static func partitions(
        _ text: String?, _ nodes: [SlurmNode], _ rows: [Sinfo.Row]
    ) -> [SlurmPartition] {
        let kinds = nodes.isEmpty ? SlurmNodeKind.byPartition(rows) : SlurmNodeKind.byPartition(nodes)
        var list = text.map(SlurmPartition.list(parsing:)) ?? []
        if list.isEmpty { list = SlurmPartition.list(rows) }
        for index in list.indices { list[index].kinds = kinds[list[index].name] ?? [] }
        return list
    }
}

extension SlurmPartition {
    /// The little that sinfo says, for sites where scontrol may not be asked.
    static func list(_ rows: [Sinfo.Row]) -> [Self] {
        var list: [Self] = []
        for row in rows {
            let place = list.firstIndex { $0.name == row.partition }
            var partition = place.map { list[$0] } ?? Self(name: row.partition)
            partition.isDefault = row.isDefault
            partition.state = row.availability.uppercased() == "INACT" ? "INACTIVE" : row.availability.uppercased()
            partition.maxTime = row.timeLimit ?? .unlimited
            partition.totalNodes += row.nodeCount
            if let place { list[place] = partition } else { list.append(partition) }
        }
        return list
    }
}
