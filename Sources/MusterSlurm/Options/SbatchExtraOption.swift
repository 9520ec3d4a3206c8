/// An option of sbatch by its long name, passed on as it is.
///
/// sbatch takes any unambiguous beginning of a long option for the option (`--extra` was `--extra-node-info` before
/// there was one), so a beginning is judged as every option that it may stand for.
public struct SbatchExtraOption: Hashable, Sendable {
    /// The name without dashes.
    public let name: String
    /// What follows the equals sign; nil for an option without a value.
    public let value: String?

    /// Nothing is checked until the options are rendered.
    public init(_ name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// A remark on a name that none of the releases known here has: the nearest one that they have. The option is
    /// passed on all the same, since a site or a newer release may know it.
    public var hint: String? {
        guard SbatchLongOption.candidates(name).isEmpty else { return nil }
        let near = NearName.nearest(to: name, in: SbatchLongOption.all.map(\.name))
        return "sbatch option --\(name) is not known here" + (near.map { "; did you mean --\($0)?" } ?? "")
    }

    /// Whether the option asks for GPUs, which the plan must know of.
    private var asksForGPUs: Bool {
        value.map { SlurmGres.list(parsing: $0).contains { $0.name == "gpu" } } ?? false
    }

    /// Looks for a contradiction with what stands in the fields of `options`, or with how muster submits.
    ///
    /// Rendering the options does the same; a reader of a config does it earlier, while it knows the line.
    ///
    /// - Throws: What contradicts what, and what to write instead.
    public func check(against options: SbatchOptions) throws(SbatchOptionError) {
        let letters = name.utf8
        guard let first = letters.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z"),
            letters.allSatisfy({
                ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "-") || Text.isDigit($0)
            })
        else { throw SbatchOptionError(option: name, value: value ?? "", problem: .notAnOption) }
        for option in SbatchLongOption.candidates(name) {
            if let reason = option.owned {
                throw SbatchOptionError(
                    option: name, value: value ?? "", problem: .owned(as: option.name, instead: reason))
            }
            if let clash = clash(option, options) {
                throw SbatchOptionError(
                    option: name, value: value ?? "",
                    problem: .contradicts(as: option.name, field: clash.field, instead: clash.instead))
            }
        }
    }

    /// The field that is set for the same thing, and what to do about it.
    private func clash(_ option: SbatchLongOption, _ options: SbatchOptions) -> (field: String, instead: String)? {
        let hasGPUs = options.gres.contains { $0.name == "gpu" }
        if option.topic == .gres {
            if hasGPUs && asksForGPUs { return ("gpus", "set resources.gpus and resources.gpu_type alone") }
            // Under its whole name it joins the devices of the field; else sbatch would take the last of two lists.
            return name == option.name || options.gres.isEmpty ? nil : ("gpus", "write gres for the other devices")
        }
        guard let set = options.settings(about: option.topic, hasGPUs: hasGPUs) else { return nil }
        return (set, "set it in one of the two places")
    }
}

extension SbatchOptions {
    /// The name by which the config knows the field about `topic`, if it is set.
    fileprivate func settings(about topic: SbatchLongOption.Topic, hasGPUs: Bool) -> String? {
        let isSet: (field: String, Bool)? =
            switch topic {
            case .account: ("account", account != nil)
            case .chdir: ("chdir", chdir != nil)
            case .comment: ("comment", comment != nil)
            case .constraint: ("constraint", constraint != nil)
            case .exclude: ("exclude", exclude != nil)
            case .exclusive: ("exclusive", exclusive != nil)
            case .gpus: ("gpus", hasGPUs)
            case .licenses: ("licenses", !licenses.isEmpty)
            case .mailType, .mailUser: ("mail", mail != nil)
            case .memory: ("memory", memory != nil)
            case .nodeList: ("nodelist", nodeList != nil)
            case .partition: ("partition", partition != nil)
            case .qos: ("qos", qos != nil)
            case .reservation: ("reservation", reservation != nil)
            case .signal: ("signal", signal != nil)
            case .tmp: ("tmp", tmp != nil)
            default: nil
            }
        return isSet.flatMap { $0.1 ? $0.field : nil }
    }
}
