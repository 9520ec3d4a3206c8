import MusterCluster
import MusterCore
import MusterHistory

/// Leading a run, or following who does.
extension Follower {
    /// Looks after the lease. Whoever begins to lead also finishes what was announced; whoever no longer does stops.
    func tendLease() async throws {
        switch try await leadership.tend(on: record.site.host) {
        case .none: break
        case .began(let before):
            if let before { Terminal.complain("\(before.who.visible) leads no more; this leads now") }
            try await beginLeading()
        case .followed(let other):
            stopListening()
            Terminal.complain(other.words(of: record.summary.run))
        }
    }

    /// Gives orders their effect where nobody else leads: jobs are handed out, and elements submitted. Who leads instead
    /// does the same as soon as it sees the orders.
    func stewardOnce() async throws {
        if case .followed(let other) = try await leadership.tend(on: record.site.host) {
            Terminal.complain("\(other.who.visible) leads this run and goes on with it")
            return
        }
        guard leadership.isLeading else { return }
        do {
            try await catchUp()
            try await readBook()
            try await ask()
            try await handOutAgain(isLive: true)
            try await voice.keep(in: record.paths, on: record.site.host)
        } catch {
            await leadership.giveBack(on: record.site.host)
            throw error
        }
        await leadership.giveBack(on: record.site.host)
    }

    /// Makes a run that was over or cancelled one that goes on; throws where another one has taken its place since.
    static func reopen(_ record: RunRecord) async throws {
        let host = record.site.host
        let locks = (record.summary.details["locks"]?.array ?? []).compactMap(\.string)
        if !locks.isEmpty {
            do {
                try await RunLock.take(
                    locks, for: record.summary.run, paths: record.paths, in: "\(record.site.workdir)/locks",
                    force: false, on: host)
            } catch let held as RunLock.Held {
                throw ExitStatus.usage(
                    "the run '\(held.run)' has taken this one's place and has not ended\n"
                        + "  to go on with that one: muster watch \(held.run); to end it: muster cancel \(held.run)")
            }
        }
        let marks = [record.paths.ended, record.paths.cancelled].map { ShellWord.quote($0) }.joined(separator: " ")
        let result = try await host.run("rm -f -- \(marks)")
        guard result.status == 0 else {
            throw HostError(.file, "cannot reopen '\(record.paths.folder)' on \(host.name): \(result.errorText)")
        }
    }
}
