/// So many steps at a time, in the order in which they asked. Owned by one runner, in whose isolation it is used.
final class Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(free: Int) { self.free = free }

    /// Waits until it is the caller's turn.
    func take(isolation: isolated (any Actor)? = #isolation) async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    /// Hands the turn on.
    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// One call of a runner's: a step that failed in it is not tried again by the next product that needs it.
struct Pass: Sendable {
    let number: Int
    /// Whether what a step requires is made side by side; otherwise in the order in which the step names it.
    let sideBySide: Bool
}

/// What failed in the calls that are not over.
struct PassBook {
    private var failures: [Int: [String: StepFailure]] = [:]
    private var last = 0

    mutating func begin(sideBySide: Bool) -> Pass {
        last += 1
        failures[last] = [:]
        return Pass(number: last, sideBySide: sideBySide)
    }

    mutating func end(_ pass: Pass) { failures[pass.number] = nil }

    mutating func note(_ failure: StepFailure, of step: String, in pass: Pass) {
        failures[pass.number]?[step] = failure
    }

    func failure(of step: String, in pass: Pass) -> StepFailure? { failures[pass.number]?[step] }
}
