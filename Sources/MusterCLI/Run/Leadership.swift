import Foundation
import MusterCluster
import MusterCore

/// This client's part in the lease of a run: it leads, or somebody else does.
struct Leadership {
    private let folder: LeaseFolder
    private let me: String
    /// A person wants to lead whoever does now; once.
    private var takesOver: Bool
    /// The lease that this client holds.
    private(set) var held: Lease?
    /// Who leads instead.
    private(set) var other: Lease?
    private var next = Date.distantPast

    init(_ paths: RunPaths, me: String, takeOver: Bool) {
        folder = LeaseFolder(paths: paths)
        self.me = me
        takesOver = takeOver
    }

    /// Whether this client may submit, retry and top up.
    var isLeading: Bool { held != nil }

    /// Takes the lease, renews it, or sees who has it, each when it is time. What has changed by it is in the answer.
    mutating func tend(on host: some MusterCore.Host) async throws -> Change {
        // A holder on this machine that dies is seen at once, and without asking anybody.
        guard Date() >= next || other.map({ ClientIdentity.isGone($0.process) }) ?? false else { return .none }
        let was = (held, other)
        if held != nil { try await renew(on: host) }
        // Somebody who took it for a moment may have given it back already.
        if held == nil { try await take(on: host) }
        next = Date() + Double(Lease.renewal)
        if was.0 == nil, held != nil { return .began(behind: was.1) }
        if let other, was.0 != nil || was.1?.number != other.number { return .followed(other) }
        return .none
    }

    /// What may change.
    enum Change {
        case none
        /// This client leads from now on, behind somebody else perhaps.
        case began(behind: Lease?)
        /// Somebody else does.
        case followed(Lease)
    }

    private mutating func take(on host: some MusterCore.Host) async throws {
        var look = try await folder.look(on: host)
        let decision = LeaseDecision.decide(
            look.lease, me: me, now: look.now, takeOver: takesOver, isGone: ClientIdentity.isGone)
        if case .take(let number) = decision {
            look = try await folder.take(
                Lease(
                    number: number, holder: me, user: ClientIdentity.user, host: ClientIdentity.host,
                    process: ClientIdentity.process, now: look.now), on: host)
        }
        settle(look)
    }

    private mutating func renew(on host: some MusterCore.Host) async throws {
        guard var lease = held else { return }
        let now = try await folder.look(on: host).now
        lease.expires = Timestamp(microseconds: now.microseconds + Lease.span * 1_000_000)
        settle(try await folder.renew(lease, on: host))
    }

    private mutating func settle(_ look: LeaseFolder.Look) {
        let isMine = look.lease?.holder == me && look.lease?.isGivenBack == false
        held = isMine ? look.lease : nil
        other = isMine ? nil : look.lease
        if isMine { takesOver = false }
    }

    /// Gives the lease back, so that the next one need not wait; a failure only makes it wait.
    mutating func giveBack(on host: any MusterCore.Host) async {
        guard var lease = held else { return }
        held = nil
        lease.isGivenBack = true
        let (folder, last) = (folder, lease)
        // In a task of its own: also behind an interruption.
        await Task { _ = try? await folder.renew(last, on: host) }.value
    }
}

extension Lease {
    /// Who leads, and how to lead instead.
    func words(of run: String) -> String {
        """
        \(who.visible) leads this run since \(since), until \(expires) unless renewed; this only follows it
          to lead instead: muster watch \(run) --take-over
        """
    }
}
