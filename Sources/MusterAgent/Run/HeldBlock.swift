import MusterCore

/// A block that this agent has claimed.
final class HeldBlock {
    /// The block.
    let block: Block
    /// Level of this agent's claim.
    let level: Int
    /// Jobs that were not started yet, in order.
    var waiting: [Int]
    /// Jobs that run now.
    var running = 0

    init(block: Block, level: Int, waiting: [Int]) {
        self.block = block
        self.level = level
        self.waiting = waiting
    }

    /// Whether the claim still matters.
    var isDone: Bool { waiting.isEmpty && running == 0 }
}
