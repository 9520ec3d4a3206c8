extension SbatchOptions {
    /// One option with its value as sbatch shall see it, before any quoting.
    struct Setting: Equatable {
        let name: String
        let value: String?
    }

    /// Everything asked for, checked, in the order in which it is written.
    func settings() throws(SbatchOptionError) -> [Setting] {
        var list = Collector()
        if let jobName, jobName.utf8.contains(UInt8(ascii: ",")) {
            throw SbatchOptionError(option: "job-name", value: jobName, problem: .comma)
        }
        try list.add("job-name", jobName)
        try list.add("partition", partition)
        try list.add("account", account)
        try list.add("qos", qos)
        try list.add("nodes", nodes)
        try list.add("ntasks-per-node", tasksPerNode)
        try list.add("cpus-per-task", cpusPerTask)
        try list.add(memory)
        try list.add(timeLimit)
        for resource in gres where resource.count < 1 {
            throw SbatchOptionError(option: "gres", value: "\(resource)", problem: .notPositive)
        }
        // sbatch takes the last --gres alone, so other devices from the extra options stand in the same one.
        let others = extra.filter { $0.name == "gres" }.compactMap(\.value)
        let gpus = gres.filter { gpuForm == .gpusPerNode && $0.name == "gpu" }
        let devices = gres.filter { gpuForm == .gres || $0.name != "gpu" }.map(\.description) + others
        try list.add("gpus-per-node", joined(gpus.map(\.withoutName), by: ","))
        try list.add("gres", joined(devices, by: ","))
        try list.add("array", array.map(\.description))
        try list.add("output", output)
        try list.add("open-mode", openMode?.rawValue)
        list.addFlag(requeue.map { $0 ? "requeue" : "no-requeue" })
        try list.add("signal", signal.map(\.description))
        try list.add("dependency", joined(dependencies, by: ","))
        try list.add("kill-on-invalid-dep", killOnInvalidDependency.map { $0 ? "yes" : "no" })
        try list.add("constraint", constraint)
        try list.add("exclude", exclude)
        try list.add("nodelist", nodeList)
        try list.add("reservation", reservation)
        try list.add("licenses", joined(licenses, by: ","))
        if let tmp, tmp < 1 { throw SbatchOptionError(option: "tmp", value: "\(tmp)", problem: .notPositive) }
        try list.add("tmp", tmp.map { "\($0)M" })
        if exclusive == .node { list.addFlag("exclusive") } else { try list.add("exclusive", exclusive?.rawValue) }
        try list.add("mail-type", joined(mail?.events ?? [], by: ","))
        try list.add("mail-user", mail?.user)
        try list.add("export", export.map { $0 == .all ? "ALL" : "NONE" })
        try list.add("chdir", chdir)
        try list.add("comment", comment)
        for option in extra {
            try option.check(against: self)
            if option.name == "gres", option.value != nil { continue }
            if option.value == nil { list.addFlag(option.name) } else { try list.add(option.name, option.value) }
        }
        return list.settings
    }

    private func joined(_ parts: [some CustomStringConvertible], by separator: String) -> String? {
        parts.isEmpty ? nil : parts.map(\.description).joined(separator: separator)
    }

    private struct Collector {
        var settings: [Setting] = []

        /// The controller refuses a longer name, comment or path ("... parameter too long").
        static let limit = 1_024
        /// sbatch reads a word of a line into 8 KiB; the controller takes an array or a node list of any length.
        static let listLimit = 8_000
        static let lists: Set<String> = ["array", "dependency", "exclude", "nodelist", "constraint"]

        mutating func addFlag(_ name: String?) {
            if let name { settings.append(Setting(name: name, value: nil)) }
        }

        mutating func add(_ name: String, _ number: Int?) throws(SbatchOptionError) {
            guard let number else { return }
            guard number > 0 else { throw SbatchOptionError(option: name, value: "\(number)", problem: .notPositive) }
            settings.append(Setting(name: name, value: "\(number)"))
        }

        mutating func add(_ name: String, _ value: String?) throws(SbatchOptionError) {
            guard let value else { return }
            let limit = Self.lists.contains(name) ? Self.listLimit : Self.limit
            if value.isEmpty { throw SbatchOptionError(option: name, value: value, problem: .empty) }
            if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                throw SbatchOptionError(option: name, value: value, problem: .controlCharacter)
            }
            if value.utf8.count > limit {
                throw SbatchOptionError(option: name, value: value, problem: .tooLong(limit: limit))
            }
            settings.append(Setting(name: name, value: value))
        }

        /// Zero would mean "all of the node's memory" to Slurm, which nobody asks for by accident here.
        mutating func add(_ memory: Memory?) throws(SbatchOptionError) {
            let (name, mebibytes) =
                switch memory {
                case .perNode(let mebibytes): ("mem", mebibytes)
                case .perCPU(let mebibytes): ("mem-per-cpu", mebibytes)
                case nil: ("mem", 0)
                }
            guard memory != nil else { return }
            guard mebibytes > 0 else {
                throw SbatchOptionError(option: name, value: "\(mebibytes)", problem: .notPositive)
            }
            settings.append(Setting(name: name, value: "\(mebibytes)M"))
        }

        mutating func add(_ limit: SlurmTimeLimit?) throws(SbatchOptionError) {
            guard let limit else { return }
            if case .seconds(let seconds) = limit, seconds < 1 {
                throw SbatchOptionError(option: "time", value: "\(seconds)", problem: .notPositive)
            }
            settings.append(Setting(name: "time", value: limit.description))
        }
    }
}
