import Glibc
import MusterCore

/// Heeding what people ordered.
extension Agent {
    /// Looks for new orders, and ends what was cancelled.
    func heedOrders() {
        guard orders.look() else { return }
        if orders.state.isStopped { return stopCancelled() }
        for block in held {
            block.waiting.removeAll { orders.state.isOutdated($0, generation: block.block.generation) }
        }
        for job in jobs.values
        where job.stop == nil && orders.state.mustEnd(job.row.index, generation: job.key.generation) {
            job.stop = JobRun.Stop(outcome: .cancelled, cause: "the job was cancelled")
            askToEnd(job, signal: SIGTERM)
        }
    }

    /// Ends all where the run was cancelled.
    func stopCancelled() {
        guard stopping == nil else { return }
        stop(.init(outcome: .cancelled, cause: "the run was cancelled"))
    }

    /// The first job of the blocks of this agent that may be begun now, and where it waits.
    func firstWaiting() -> (block: HeldBlock, at: Int)? {
        for block in held {
            if let at = block.waiting.firstIndex(where: { mayBegin($0, block.block) }) { return (block, at) }
        }
        return nil
    }

    /// Whether nobody cancelled or holds a job of a block, or handed it out anew since.
    func mayBegin(_ job: Int, _ block: Block) -> Bool { orders.state.mayBegin(job, generation: block.generation) }

    /// Whether as many jobs run as somebody allowed.
    var isThrottled: Bool { orders.state.throttle.map { jobs.count >= $0 } ?? false }

    /// Why the agent ends with jobs left that it might have begun; nil where nobody holds any.
    var holdReason: String? {
        let waiting = held.flatMap(\.waiting) + blocks.filter { !doneBlocks.contains($0.id) }.flatMap(\.jobs)
        let isHeld = waiting.contains { orders.state.isHeld($0) && !orders.state.isCancelled($0) }
        return isHeld ? "what is left is held" : nil
    }
}
