extension Steward {
    /// Blocks of later generations that nobody has begun or could draw: none of the elements at work carries them, or,
    /// where an element runs a number of blocks only, those that have not started have others to draw.
    public static func starved(_ situation: Situation) -> [Block] {
        let (state, plan) = (situation.state, situation.plan)
        guard !state.isStopped, state.halt == nil, fruitlessRounds(state, live: true) < fruitless else { return [] }
        let unheld = situation.blocks.filter { isUnheld($0, situation) }
        guard unheld.contains(where: { $0.generation > 0 }) else { return [] }
        // How many blocks the elements at work may still draw, by their class.
        var room: [Int: Int] = [:]
        for (token, submission) in state.submissions where state.isAtWork(submission) {
            guard let place = SubmissionToken.place(of: token) else { continue }
            let size = plan.size(round: place.round, part: place.part)
            let blocks = plan.blocksPerAgent.map { $0 * state.notStarted(submission) } ?? .max
            room[size] = room[size].map { $0 == .max || blocks == .max ? .max : $0 + blocks } ?? blocks
        }
        return unheld.sorted { $0.generation < $1.generation }.filter { block in
            let carrier = room.keys.sorted().first {
                room[$0] ?? 0 > 0 && plan[$0].resources.holds(plan[block.size].resources)
            }
            guard let carrier else { return block.generation > 0 }
            if let left = room[carrier], left != .max { room[carrier] = left - 1 }
            return false
        }
    }

    /// Whether jobs of a block may be begun: not all of them were cancelled, held, or handed out again.
    public static func isWanted(_ block: Block, _ state: RunState) -> Bool {
        block.jobs.contains { state.mayBegin($0, generation: block.generation) }
    }

    /// Nobody claimed the block, as far as is known, and its jobs stand in no later one.
    private static func isUnheld(_ block: Block, _ situation: Situation) -> Bool {
        situation.holders[block.id] == nil && isWanted(block, situation.state)
            && !block.jobs.contains { job in
                situation.place[job]?.id != block.id
                    || situation.state.jobs[job]?.attempts.contains { $0.key.generation >= block.generation } ?? false
            }
    }
}
