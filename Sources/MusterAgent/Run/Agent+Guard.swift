import Glibc
import MusterCore

/// Keeping a job that holds too much memory from costing a neighbour its life.
extension Agent {
    /// Looks whether jobs side by side come near what they may hold together, and ends the one that is over its share.
    func guardMemory(now: Int64) {
        nextGuard = now + Self.samplePeriod
        let running = jobs.values.sorted { $0.slot < $1.slot }.filter { !$0.runs.isEmpty && $0.stop == nil }
        guard running.count > 1 else { return }
        let limit = memory.reading.limit ?? Machine.memory
        guard limit > 0, MemoryGuard.isTight(held: running.reduce(0) { $0 + $1.resident }, limit: limit) else { return }
        nextGuard = now + Self.samplePeriod / 8
        let trees = running.map { $0.programs.map { ProcessTree(root: $0.pid) } }
        let share = running.map { folder.plan[$0.held.block.size].resources.memory?.bytes }
        let held = trees.map { $0.reduce(0) { $0 + $1.resident } }
        guard let worst = MemoryGuard.victim(held: held, share: share, limit: limit), let own = share[worst] else {
            return
        }
        // Pages that its processes share count once: that takes longer to find out.
        let fair = trees[worst].reduce(0) { $0 + ($1.proportional ?? $1.resident) }
        guard fair > own else { return }
        let job = running[worst]
        job.stop = JobRun.Stop(
            outcome: .oomHost,
            cause:
                "it held \(ByteCount(fair)), more than its share of \(ByteCount(own)), when all jobs here came near the limit of \(ByteCount(limit)): ended before the kernel took a neighbour"
        )
        for program in job.programs { program.memoryLimit = own }
        job.end(signal: SIGKILL, killAt: now)
    }
}

extension Machine {
    /// Memory of the machine in bytes; 0 where that is not known.
    static var memory: Int64 { Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))) }
}
