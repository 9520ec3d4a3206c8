import Foundation
import MusterCore
import MusterSlurm

/// When to offer the scheduler arrays that it would not take so far.
struct TopUp {
    /// How often what is known is looked at, in seconds: that asks nobody.
    private static let look = 2.0
    /// The longest pause behind a refusal, in seconds.
    private static let longest = 600.0

    private var next = Date.distantPast
    private var pause = 0.0

    mutating func isDue() -> Bool {
        guard Date() >= next else { return false }
        next = Date() + Self.look
        return true
    }

    /// It took them.
    mutating func isOver() { pause = 0 }

    /// It did not: the pause grows from one refusal to the next.
    mutating func wasRefused(_ refusal: SlurmFailure, patience: WallTime) {
        if pause == 0 {
            Terminal.complain("\(refusal)\nwhat is left waits until there is room for it; the others do their work")
        }
        pause = min(Self.longest, pause == 0 ? Double(patience.seconds) : pause * 2)
        next = Date() + pause
    }
}
