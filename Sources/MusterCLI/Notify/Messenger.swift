import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Tells people of a run what its config asks for: by a command, a webhook, a mail.
///
/// Whoever leads the run does it. What can't be sent is a word at the terminal,
/// never a failure of the run.
final class Messenger {
    let record: RunRecord
    let policy: NotifyPolicy?
    private var sending: Task<Void, Never>?
    private var next = Date.distantPast
    private var version: Int64 = -1

    init(_ record: RunRecord) {
        self.record = record
        policy = record.summary.details["notify"].map(NotifyPolicy.init(json:))
    }

    /// Whether it is time to look: something changed, or a while has passed in silence.
    func isDue(at version: Int64) -> Bool {
        guard policy != nil, version != self.version || Date() >= next else { return false }
        self.version = version
        next = Date() + 60
        return true
    }

    /// What is due; each once, since `voice` tells everybody of it before it is sent. `isStuck` asks the cluster whether the
    /// silence is real.
    func tell(
        _ state: RunState, heard: Timestamp, voice: Voice, isStuck: () async throws -> Bool
    ) async throws {
        guard let policy, let count = record.plan?.jobCount else { return }
        let run = record.summary.run
        for notice in Notice.due(policy, run: run, state: state, jobs: 0..<count, heard: heard, now: .now) {
            if notice.occasion == .stuck, try await !isStuck() { continue }
            try voice.tell([.notified(about: notice.mark)])
            let outlets = Outlets(run: run, summary: record.summary, notice: notice)
            let before = sending
            // Behind the caller's back: a slow command holds up nothing.
            sending = Task {
                await before?.value
                await outlets.send(policy)
            }
        }
    }

    /// Waits until what was begun is told.
    func finish() async { await sending?.value }
}

extension Follower {
    /// Tells people what there is to tell.
    func tellPeople() async throws {
        guard leadership.isLeading, let state = latest, messenger.isDue(at: try record.history.dataVersion()) else {
            return
        }
        try await messenger.tell(state, heard: hearing.lastHeard, voice: voice) { try await isSilentThere() }
    }

    /// The last thing that a follower does: tells of the end, and waits until it is told.
    func tellPeopleOfTheEnd() async throws {
        if messenger.policy != nil, leadership.isLeading {
            let state = try record.history.state(of: record.summary.run)
            try await messenger.tell(state, heard: hearing.lastHeard, voice: voice) { false }
            try await voice.keep(in: record.paths, on: record.site.host)
        }
        await messenger.finish()
    }

    /// Whether agents have written no reading for as long as `stuck` says: readings may not come home while they lie there.
    private func isSilentThere() async throws -> Bool {
        guard let policy = messenger.policy else { return false }
        let minutes = max(1, (policy.stuck.seconds + 59) / 60)
        let fresh = try await record.site.host.run(
            "cd -- \(ShellWord.quote(record.paths.folder)) && find lanes -name live.json -mmin -\(minutes) 2>/dev/null | head -n 1"
        )
        return fresh.text.isEmpty
    }
}
