/// Who may submit, retry and top up for a run right now: the steward's hold on it, as it stands in the run's folder.
///
/// All times are of the cluster's clock: those of its users' machines differ.
public struct Lease: Hashable, Sendable {
    /// How long it holds without being renewed, in seconds.
    public static let span: Int64 = 300
    /// How often its holder renews it, in seconds.
    public static let renewal: Int64 = 60

    /// Its place among all leases of the run, from 1: the highest counts.
    public var number: Int
    /// The holder's source: 32 hex digits.
    public var holder: String
    /// Who that is: name and machine.
    public var user: String, host: String
    /// The holder's process.
    public var process: ProcessIdentity
    /// When it was taken, and until when it holds.
    public var since: Timestamp, expires: Timestamp
    /// Its holder needs it no more.
    public var isGivenBack = false

    /// Makes a lease that begins now.
    public init(number: Int, holder: String, user: String, host: String, process: ProcessIdentity, now: Timestamp) {
        self.number = number
        self.holder = holder
        self.user = user
        self.host = host
        self.process = process
        since = now
        expires = Timestamp(microseconds: now.microseconds + Self.span * 1_000_000)
    }

    /// `user@host (process 12)`.
    public var who: String { "\(user)@\(host) (process \(process.pid))" }

    /// The lease as a JSON object; its number is its file's name.
    public var json: JSON {
        .object([
            "holder": .string(holder), "user": .string(user), "host": .string(host), "process": process.json,
            "since": .int(since.microseconds), "expires": .int(expires.microseconds),
            "given_back": isGivenBack ? true : nil,
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(number: Int, json: JSON) {
        guard let holder = json["holder"]?.string, let process = json["process"].flatMap(ProcessIdentity.init(json:)),
            let since = json["since"]?.int, let expires = json["expires"]?.int
        else { return nil }
        self.number = number
        self.holder = holder
        self.process = process
        user = json["user"]?.string ?? "?"
        host = json["host"]?.string ?? "?"
        self.since = Timestamp(microseconds: since)
        self.expires = Timestamp(microseconds: expires)
        isGivenBack = json["given_back"]?.bool ?? false
    }
}

/// What somebody who wants to lead a run may do about its lease. Decisions only; files are made elsewhere.
public enum LeaseDecision: Equatable, Sendable {
    /// It is held by this one.
    case mine
    /// Nobody holds it any more, or never did: make the one of this number.
    case take(number: Int)
    /// Somebody else leads.
    case heldBy(Lease)

    /// Decides by the lease of the highest number.
    ///
    /// - Parameters:
    ///   - me: The source of who asks.
    ///   - isGone: Whether a process has surely ended, as far as can be known here.
    ///   - takeOver: A person wants it in any case.
    public static func decide(
        _ lease: Lease?, me: String, now: Timestamp, takeOver: Bool = false, isGone: (ProcessIdentity) -> Bool
    ) -> LeaseDecision {
        guard let lease else { return .take(number: 1) }
        if lease.holder == me, !lease.isGivenBack { return .mine }
        guard takeOver || lease.isGivenBack || lease.expires <= now || isGone(lease.process) else {
            return .heldBy(lease)
        }
        return .take(number: lease.number + 1)
    }
}
