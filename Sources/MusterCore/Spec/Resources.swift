/// What one job (or one stage) asks for.
public struct Resources: Hashable, Sendable {
    /// Whole GPUs.
    public var gpus: Int
    /// Jobs that share these GPUs where they run side by side: `gpus: 0.5` is one GPU shared by two.
    public var sharing: Int
    /// Memory that a job needs of each of its GPUs; nil when that is not said.
    public var gpuMemory: ByteCount?
    /// CPU cores.
    public var cpus: Int
    /// Host memory; nil leaves it to the cluster's default.
    public var memory: ByteCount?
    /// Wall time of one job; nil means unknown.
    public var time: WallTime?

    /// Makes a request; the default is one core and no GPU.
    public init(
        gpus: Int = 0, sharing: Int = 1, cpus: Int = 1, memory: ByteCount? = nil, time: WallTime? = nil,
        gpuMemory: ByteCount? = nil
    ) {
        self.gpus = gpus
        self.sharing = sharing
        self.cpus = cpus
        self.memory = memory
        self.time = time
        self.gpuMemory = gpuMemory
    }

    /// `{"gpus","gpu_memory_bytes","cpus","memory_bytes","time_s"}`; unknown ones are left out.
    public var json: JSON {
        .object([
            "gpus": .int(gpus), "gpu_sharing": sharing == 1 ? nil : .int(sharing),
            "gpu_memory_bytes": gpuMemory.map { .int($0.bytes) }, "cpus": .int(cpus),
            "memory_bytes": memory.map { .int($0.bytes) },
            "time_s": time.map { .int($0.seconds) },
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init(
            gpus: Int(json["gpus"]?.int ?? 0), sharing: max(1, Int(json["gpu_sharing"]?.int ?? 1)),
            cpus: Int(json["cpus"]?.int ?? 1),
            memory: (json["memory_bytes"]?.int).map { ByteCount($0) },
            time: (json["time_s"]?.int).map { WallTime(seconds: $0) },
            gpuMemory: (json["gpu_memory_bytes"]?.int).map { ByteCount($0) })
    }
}
