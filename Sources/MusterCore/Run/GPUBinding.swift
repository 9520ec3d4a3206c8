/// A GPU as far as a binding must know it.
public struct GPUName: Hashable, Sendable {
    /// Its own name.
    public var id: String
    /// The number by which the machine counts whole GPUs, of those that this process may use.
    public var index: Int
    /// The whole GPU's name, where this is an instance of a divided one (MIG).
    public var whole: String?
    /// The instance's numbers.
    public var gpuInstance: Int?, computeInstance: Int?
    /// It is divided: programs use its instances.
    public var isDivided: Bool

    /// Names a GPU.
    public init(
        id: String, index: Int, whole: String? = nil, gpuInstance: Int? = nil, computeInstance: Int? = nil,
        isDivided: Bool = false
    ) {
        self.id = id
        self.index = index
        self.whole = whole
        self.gpuInstance = gpuInstance
        self.computeInstance = computeInstance
        self.isDivided = isDivided
    }
}

/// Which GPUs the tokens of a scheduler mean.
///
/// A number may count all GPUs of the node or only those of the allocation: where the site keeps others' GPUs away
/// (Slurm's ConstrainDevices), they are counted from 0 in each job, and the process sees no others. So a number is a place
/// among what can be seen where that is as many as were given, else the number that Slurm tells beside it, if any.
public enum GPUBinding {
    /// Positions in `seen` that the tokens mean; nil for one that means none of them. `numbers` are the node's own
    /// numbers of the allocation's GPUs, in the order of the tokens (SLURM_JOB_GPUS).
    public static func positions(of tokens: [String], among seen: [GPUName], numbers: [Int]?) -> [Int?] {
        let usable = seen.indices.filter { !seen[$0].isDivided }
        let told = numbers.flatMap { $0.count == tokens.count ? $0 : nil }
        return tokens.enumerated().map { at, token in
            guard let number = Int(token) else { return named(token, among: seen) }
            if usable.count == tokens.count { return usable.indices.contains(number) ? usable[number] : nil }
            let physical = told?[at] ?? number
            return usable.first { seen[$0].index == physical }
        }
    }

    /// `GPU-...` or its beginning, `MIG-...`, or the older `MIG-GPU-.../1/0` with the numbers of the instance.
    private static func named(_ token: String, among seen: [GPUName]) -> Int? {
        if let exact = seen.firstIndex(where: { $0.id == token }) { return exact }
        if token.hasPrefix("MIG-GPU-") {
            let parts = token.dropFirst(4).split(separator: "/")
            guard parts.count == 3 else { return nil }
            return seen.firstIndex {
                $0.whole == String(parts[0]) && $0.gpuInstance == Int(parts[1]) && $0.computeInstance == Int(parts[2])
            }
        }
        let like = seen.indices.filter { !token.isEmpty && seen[$0].id.hasPrefix(token) }
        return like.count == 1 ? like[0] : nil
    }

    /// The node's own number of each token's GPU: Slurm's where it tells as many, else the token where it is a number and
    /// nobody counts otherwise.
    public static func numbers(of tokens: [String], told: [Int]?) -> [Int?] {
        if let told, told.count == tokens.count { return told.map { $0 } }
        return tokens.map { Int($0) }
    }
}

/// Whether a GPU has room for one more job.
public enum GPUBudget {
    /// What there is for a job that needs `needed` bytes of each GPU.
    public enum Room: Equatable, Sendable {
        /// Enough, or nobody can tell.
        case enough
        /// Not now: this one has too little.
        case later(gpu: String, free: Int64)
        /// Never: this one is too small.
        case never(gpu: String, total: Int64)
    }

    /// Looks at the GPUs of a slot. `promised` is what jobs that run have not taken yet of what they were promised.
    public static func room(needed: Int64, on gpus: [GPUUse], promised: [String: Int64]) -> Room {
        for gpu in gpus {
            if let total = gpu.total, total < needed { return .never(gpu: gpu.id, total: total) }
        }
        for gpu in gpus {
            guard let total = gpu.total, let used = gpu.used else { continue }
            let free = total - used - (promised[gpu.id] ?? 0)
            if free < needed { return .later(gpu: gpu.id, free: max(0, free)) }
        }
        return .enough
    }
}

/// Which CPUs a stage's program is kept on.
public enum CPUChoice {
    /// The CPUs of `allowed` that are near a slot's GPUs, when they are fewer and still enough for all slots that would
    /// share them; nil leaves the program where the agent may run. `near` holds each slot's CPUs near its GPUs.
    public static func cpus(slot: Int, near: [[Int]], allowed: [Int], each: Int) -> [Int]? {
        guard near.indices.contains(slot) else { return nil }
        let all = Set(allowed)
        let mine = Set(near[slot]).intersection(all)
        guard !mine.isEmpty, mine.count < all.count else { return nil }
        let sharing = near.filter { !mine.isDisjoint(with: $0) }.count
        guard mine.count >= each * sharing else { return nil }
        return mine.sorted()
    }

    /// The numbers of a list as the kernel writes it: `0-3,8,10-11`.
    public static func numbers(_ list: String) -> [Int] {
        list.split(whereSeparator: { $0 == "," || $0 == "\n" }).flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last, last < 65536 else {
                return []
            }
            return Array(first...last)
        }
    }
}
