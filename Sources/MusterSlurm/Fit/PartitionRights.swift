/// Whether the user may send a job to a partition at all.
struct PartitionRights {
    let site: SlurmSite
    let request: AllocationRequest

    func misfits(_ partition: SlurmPartition) -> [Misfit] {
        var found: [Misfit] = []
        if partition.state != "UP" && partition.state != "UNKNOWN" { found.append(.state(partition.state)) }
        if partition.isRootOnly { found.append(.rootOnly) }
        if partition.requiresReservation && !request.hasReservation { found.append(.reservation) }
        found += account(partition) + qos(partition)
        if let groups = partition.allowGroups {
            let isMember = site.groups.map { !Set($0).isDisjoint(with: groups) }
            if isMember != true { found.append(.groups(groups, isMember: isMember)) }
        }
        return found
    }

    /// Nothing is said where the account is not known: Slurm then decides.
    private func account(_ partition: SlurmPartition) -> [Misfit] {
        let mine = Set((site.associations ?? []).map(\.account))
        guard let account = request.account ?? site.defaultAccount ?? (mine.count == 1 ? mine.first : nil) else {
            return []
        }
        func isAllowed(_ name: String) -> Bool {
            if let allowed = partition.allowAccounts { return Self.has(allowed, name) }
            return !Self.has(partition.denyAccounts, name)
        }
        return isAllowed(account) ? [] : [.account(account, usable: mine.filter(isAllowed).sorted())]
    }

    private func qos(_ partition: SlurmPartition) -> [Misfit] {
        guard
            let name = site.effectiveQoS(request.qos, account: request.account, partition: partition.name)
        else { return [] }
        if let allowed = partition.allowQoS, !Self.has(allowed, name) { return [.qos(name, allowed: allowed)] }
        if Self.has(partition.denyQoS, name) { return [.qos(name, allowed: [])] }
        // The account's own list counts only where it is enforced.
        if site.configuration.enforcement.contains("qos"),
            let association = site.association(account: request.account, partition: partition.name),
            !association.qos.isEmpty, !Self.has(association.qos, name)
        {
            return [.foreignQoS(name, account: association.account, usable: association.qos)]
        }
        return []
    }

    /// Slurm's names of accounts and qualities of service do not depend on case.
    private static func has(_ names: [String], _ name: String) -> Bool {
        names.contains { $0.lowercased() == name.lowercased() }
    }
}
