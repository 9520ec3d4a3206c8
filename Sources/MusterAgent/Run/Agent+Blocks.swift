import MusterCore

/// Which job is next.
extension Agent {
    /// Starts jobs until every slot is busy or nothing may be started. True: there may be more, since jobs that end at
    /// once (published before, or not to be started) must not keep signals waiting.
    func fillSlots() -> Bool {
        waitsForOthers = false
        for _ in 0..<max(slots, 16) {
            if !jobs.isEmpty, isSlow || jobs.values.contains(where: \.held.block.terms.isAlone) { return false }
            isWaitingForRoom = false
            // What was ordered before a job begins holds for it.
            if idleSlot != nil { heedOrders() }
            guard mayStart, !outbox.isBlocked, !isThrottled, idleSlot != nil else {
                return false
            }
            guard hasTime(for: longestJob), let (block, index) = nextJob() else {
                if jobs.isEmpty, isTimeShort { isOutOfTime = true }
                fillBeside()
                return false
            }
            switch place(for: index, of: block) {
            case .slot(let slot): start(index, of: block, slot: slot)
            case .refused(let cause): refuse(index, of: block, cause)
            case .later:
                block.waiting.insert(index, at: 0)
                return false
            }
            flush()
        }
        return true
    }

    /// No job waits for the slots that are left: stages that wait for none of those running may have them.
    private func fillBeside() {
        for job in jobs.values.sorted(by: { $0.slot < $1.slot }) where job.stop == nil && stopping == nil {
            guard idleSlot != nil else { return }
            begin(job, beside: true)
        }
    }

    /// Whether another job of that length is likely to end before the allocation does; where not, that is remembered.
    private func hasTime(for length: Int64) -> Bool {
        guard let deadline, deadline - Machine.monotonic <= length else { return true }
        isTimeShort = true
        return false
    }

    /// Whether a job of a class may be started: its own `time` must be left, except for an agent's first jobs, for which
    /// the allocation was made.
    private func hasTime(forSize size: Int) -> Bool {
        guard begun >= slots, let time = folder.plan[size].resources.time else { return true }
        return hasTime(for: time.seconds * 1_000_000)
    }

    private func nextJob() -> (HeldBlock, Int)? {
        while true {
            held.removeAll { $0.isDone }
            if let (block, at) = firstWaiting() {
                guard hasTime(forSize: block.block.size) else { return nil }
                // What runs now ends first.
                guard jobs.isEmpty || !block.block.terms.isAlone else { return nil }
                return (block, block.waiting.remove(at: at))
            }
            guard claimed < folder.plan.blocksPerAgent ?? .max, claimNext() else { return nil }
        }
    }

    /// Claims the next block that may be had; false when there is none. New generations are looked for once all known
    /// blocks are gone.
    private func claimNext() -> Bool {
        claims.refresh(always: true)
        if claimKnown() { return true }
        let known = blocks.count
        blocks = folder.blocks()
        return blocks.count != known && claimKnown()
    }

    private func claimKnown() -> Bool {
        let mine = folder.plan[size].resources
        // What it was made for comes first, then the largest that it can carry.
        let isShared = folder.plan[size].isShared
        let carried = folder.plan.classes.indices.filter {
            mine.holds(folder.plan[$0].resources) && (!isShared || folder.plan[$0].isShared)
        }.sorted {
            ($0 == size ? 0 : 1, -$0) < ($1 == size ? 0 : 1, -$1)
        }
        return carried.contains { claimKnown(ofSize: $0) }
    }

    private func claimKnown(ofSize size: Int) -> Bool {
        let onlyCanaries = lookout.map { !$0.isOpen(blocks, folder) } ?? false
        lookout?.wasClosed = onlyCanaries
        for block in blocks where block.size == size && !doneBlocks.contains(block.id) {
            if onlyCanaries, !block.terms.isCanary, !isShared(block) { continue }
            if block.terms.avoid.contains(me.node) || !block.jobs.contains(where: { mayBegin($0, block) }) { continue }
            switch claims.decide(block.id) {
            case .taken: continue
            case .mine: doneBlocks.insert(block.id)
            case .free:
                guard isReady(block) else {
                    waitsForOthers = true
                    continue
                }
                guard hasTime(forSize: size) else { return false }
                if claim(block, level: 0) { return true }
            case .takeOver(let level):
                guard isReady(block) else {
                    waitsForOthers = true
                    continue
                }
                guard hasTime(forSize: size) else { return false }
                if claim(block, level: level) { return true }
            }
        }
        return false
    }

    private func claim(_ block: Block, level: Int) -> Bool {
        do {
            guard try claims.take(block.id, level: level) else { return false }
        } catch {
            note("can't claim block \(block.id): \(error)")
            return false
        }
        doneBlocks.insert(block.id)
        outbox.append(.blockClaimed(block: block.id, generation: block.generation, takeover: level > 0))
        let settled = level > 0 ? settledJobs(block, level: level).union(handedOn(block)) : []
        let waiting = block.jobs.filter {
            !settled.contains($0) && !orders.state.isOutdated($0, generation: block.generation)
        }
        // A block that a predecessor had finished is none of those that this agent runs.
        if !waiting.isEmpty { claimed += 1 }
        held.append(HeldBlock(block: block, level: level, waiting: waiting))
        return true
    }

    /// Jobs that stand in a block of a later generation too: they wait there.
    private func handedOn(_ block: Block) -> Set<Int> {
        blocks = folder.blocks()
        return Set(blocks.filter { $0.generation > block.generation }.flatMap(\.jobs))
    }

    /// What those who held the block before had finished, by their outboxes.
    private func settledJobs(_ block: Block, level: Int) -> Set<Int> {
        let predecessors = claims.predecessors(block.id, below: level)
        let sources = Set(predecessors.map(\.source))
        var settled: Set<Int> = []
        for lane in Set(predecessors.map(\.lane)) {
            let bytes = (try? Files.read(folder.paths.lane(lane).outbox)) ?? []
            settled.formUnion(
                Claims.settledJobs(
                    in: bytes.split(separator: UInt8(ascii: "\n")), sources: sources, generation: block.generation))
        }
        return settled
    }

    /// Looks whether the block is still this agent's; when not, what runs of it is killed and the rest forgotten.
    func stillHolds(_ block: HeldBlock) -> Bool {
        guard let reason = claims.loss(of: block.block.id, level: block.level) else { return true }
        outbox.append(.fenced(block: block.block.id, reason: reason))
        note("lost block \(block.block.id): \(reason)")
        held.removeAll { $0 === block }
        block.waiting = []
        for job in jobs.values where job.held === block {
            job.stop = JobRun.Stop(outcome: nil, cause: reason)
            job.end(signal: 9, killAt: 0)
        }
        return false
    }
}
