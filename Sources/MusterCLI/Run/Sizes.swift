import MusterCore

/// The class of sizes that each attempt was handed out in.
struct Sizes {
    private struct Place: Hashable {
        var job: Int, generation: Int
    }
    private var sizes: [Place: Int] = [:]

    init(_ blocks: [Block]) {
        for block in blocks {
            for job in block.jobs { sizes[Place(job: job, generation: block.generation)] = block.size }
        }
    }

    subscript(key: AttemptKey) -> Int? { sizes[Place(job: key.job, generation: key.generation)] }
}
