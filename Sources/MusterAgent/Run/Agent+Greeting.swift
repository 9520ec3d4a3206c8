import Glibc
import MusterCore

/// An agent's first and last words.
extension Agent {
    /// Tells that there is an agent, and what it has.
    func tellStart() {
        outbox.append(
            .agentStarted(
                node: me.node, lane: lane.name, element: me.element, restart: me.restart, slots: slots,
                details: .object([
                    "pid": .int(getpid()), "version": .string(AgentProgram.version),
                    "gpus": gpus.tokens.map { .strings($0) },
                    "devices": devices.devices.isEmpty ? nil : devices.details,
                    "slots": devices.devices.isEmpty ? nil : slotDetails,
                    "unseen": devices.unseen.map { .string($0) },
                    "cgroup": memory.group.map { .string($0.path) },
                    "memory_limit": memory.reading.limit.map { .int($0) },
                ])))
    }

    /// Puts all in order behind the last job, says goodbye, and waits a moment for the collector.
    func end() {
        let reason =
            stopping?.cause ?? sickness.map { "the node is sick: \($0)" } ?? lookout?.reason ?? holdReason
            ?? (isOutOfTime
                ? "the time left is too short for another job"
                : waitsForOthers
                    ? "jobs still wait for stage runs of others, and nothing else is left" : "nothing left to do")
        endOrphans()
        reap()
        writeLive(isLast: true)
        requeueElement()
        giveBack()
        outbox.append(.agentEnded(reason: reason))
        outbox.sync()
        claims.close()
        Remains.forget(lane: lane, spools: log.mostSpools)
        let until = Machine.monotonic + Self.farewell
        while let teller, !teller.isDone, Machine.monotonic < until {
            teller.step(now: Machine.monotonic)
            guard teller.isConnected else { break }
            wait(until: Machine.monotonic + 200_000)
        }
    }
}
