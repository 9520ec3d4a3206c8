import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// A run as somebody who gives orders about it sees it: with all that its folder says by now.
struct Steering {
    let record: RunRecord
    let follower: Follower
    private(set) var state: RunState
    /// The jobs in the order of the table.
    private(set) var subjects: [JobSelector.Subject]

    /// Opens a run and brings home what is known of it.
    static func open(_ name: String, takeOver: Bool = false) async throws -> Steering {
        let record = try await RunRecord.open(name)
        let follower = Follower(record, takeOver: takeOver)
        try await follower.catchUp()
        let state = try record.history.state(of: record.summary.run)
        return Steering(
            record: record, follower: follower, state: state, subjects: try Self.subjects(record, state))
    }

    var run: String { record.summary.run }

    /// The jobs that are meant by a person's words; none means all.
    func choose(_ words: [String]) throws -> (selector: JobSelector, jobs: [JobSelector.Subject]) {
        let text = words.joined(separator: " ")
        var parameters: [String] = []
        for subject in subjects {
            for name in subject.values.map(\.key) where !parameters.contains(name) { parameters.append(name) }
        }
        let known = JobSelector.Known(
            ids: subjects.map(\.id), scenes: Array(Set(subjects.map(\.scene))).sorted(), parameters: parameters,
            stages: record.plan?.stages.map(\.name) ?? [])
        do throws(JobSelector.Mistake) {
            let selector = try JobSelector(text, known: known)
            return (selector, subjects.filter(selector.matches))
        } catch {
            throw ExitStatus(code: 2, text: error.diagnostic(in: text).text)
        }
    }

    /// Gives orders at a moment behind all that they are about.
    mutating func order(_ bodies: [EventBody]) async throws {
        try await follower.voice.order(
            bodies, at: state.timeOfOrder(now: .now), in: record.paths, on: record.site.host)
        state = try record.history.state(of: run)
        subjects = try Self.subjects(record, state)
    }

    /// What the scheduler calls what was handed over.
    var ids: [String] { state.submissions.values.compactMap(\.schedulerID).sorted() }

    /// Keeps count of the scheduler's programs.
    func tellCalls() async throws {
        let calls = await record.site.scheduler.takeCalls()
        if !calls.isEmpty { try follower.voice.tell([.schedulerCalls(calls)]) }
        try await follower.voice.keep(in: record.paths, on: record.site.host)
    }

    private static func subjects(_ record: RunRecord, _ state: RunState) throws -> [JobSelector.Subject] {
        try record.watched().enumerated().map { place, job in
            // Numbers count what is shown: of a run without jobs that is its stage runs.
            var subject = JobSelector.Subject(
                index: place, id: job.id, scene: job.scene.name, values: job.point.values, standing: job.standing)
            subject.isHeld = state.isHeld(job.index)
            subject.node = job.attempts.last?.node
            subject.stages = (job.attempts.last?.stages ?? []).filter { $0.outcome != "succeeded" }.map(\.name)
            return subject
        }
    }

    /// The places in the job table of what was chosen.
    func rows(_ chosen: [JobSelector.Subject]) throws -> [Int] {
        let rows = try record.watched().map(\.index)
        return chosen.map { rows[$0.index] }
    }

    /// `3 jobs`.
    static func amount(_ count: Int) -> String { "\(count) job\(count == 1 ? "" : "s")" }
}
