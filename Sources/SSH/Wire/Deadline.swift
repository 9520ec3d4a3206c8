/// A point in time at which waiting ends; without one, never.
package struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant?

    package static let never = Deadline(instant: nil)

    package static func after(_ duration: Duration?) -> Deadline {
        Deadline(instant: duration.map { ContinuousClock.now + $0 })
    }

    package var hasPassed: Bool { instant.map { $0 <= ContinuousClock.now } ?? false }

    package func earlier(_ other: Deadline) -> Deadline {
        guard let instant else { return other }
        guard let theirs = other.instant else { return self }
        return Deadline(instant: min(instant, theirs))
    }

    /// For poll(2): the milliseconds left, rounded up so that waking finds it passed; -1 for never.
    package var pollTimeout: Int32 {
        guard let instant else { return -1 }
        let left = instant - ContinuousClock.now
        guard left > .zero else { return 0 }
        let (seconds, fraction) = left.components
        guard seconds < 86_400 else { return 86_400_000 }
        return Int32(seconds * 1000 + fraction / 1_000_000_000_000_000) + 1
    }
}
