import MusterCore

/// What waits for a person or a steward, for people.
extension Steward.Waits {
    /// A line for each, as `status` shows them.
    func lines(of run: String) -> [String] {
        let watch = "muster watch \(run)"
        var lines: [String] = []
        if held > 0 { lines.append("\(Steering.amount(held)) held; to let them go on: muster release \(run)") }
        if let throttle {
            lines.append(
                "throttled: \(Steering.amount(throttle)) at most side by side; to lift that: muster throttle \(run) off"
            )
        }
        if let halt { lines.append(Follower.words(halt.fact, run: run, open: halt.open)) }
        if owed > 0 { lines.append("\(Self.waiting(owed)) for a steward to get another attempt: \(watch)") }
        if starved > 0 { lines.append("\(Self.waiting(starved)) for a steward to submit elements: \(watch)") }
        if notSubmitted > 0 {
            lines.append("\(notBegun) jobs were not begun, and some have no element yet: \(watch) submits for them")
        }
        return lines
    }

    /// The same as reasons why jobs don't run, as `explain` gives them.
    ///
    /// - Parameter limit: The most elements that the site takes at once; nil where that is not known.
    func hindrances(of run: String, limit: Int?) -> [Hindrance] {
        let name = ShellWord.quote(run)
        let watch = [Advice("watch it", command: "muster watch \(name)")]
        var found: [Hindrance] = []
        if let halt {
            found.append(
                Hindrance(
                    what: "\(Self.are(halt.open)) held: the run is halted", words: halt.fact.reason,
                    advice: [
                        Advice("go on all the same", command: "muster watch \(name) --lift"),
                        Advice("end it", command: "muster cancel \(name)"),
                    ]))
        }
        if held > 0 {
            found.append(
                Hindrance(
                    what: "\(Self.are(held)) held", words: "somebody said so",
                    advice: [Advice("let them go on", command: "muster release \(name)")]))
        }
        if let throttle {
            found.append(
                Hindrance(
                    what: "the run is throttled", words: "\(Steering.amount(throttle)) at most run side by side",
                    advice: [Advice("lift that", command: "muster throttle \(name) off")]))
        }
        if owed > 0 {
            found.append(
                Hindrance(
                    what: "\(Self.are(owed)) owed another attempt", words: "whoever watches the run hands it out",
                    advice: watch))
        }
        if starved > 0 {
            found.append(
                Hindrance(
                    what: "\(Self.are(starved)) without elements that could carry them",
                    words: "whoever watches the run submits some", advice: watch))
        }
        if notSubmitted > 0 {
            let room = limit.map { ", since the site takes \($0) at once" } ?? ""
            found.append(
                Hindrance(
                    what: "\(notSubmitted) element\(notSubmitted == 1 ? " was" : "s were") not submitted yet",
                    words: "whoever watches the run submits them when there is room\(room)", advice: watch))
        }
        return found
    }

    private static func waiting(_ count: Int) -> String { "\(Steering.amount(count)) \(count == 1 ? "waits" : "wait")" }

    private static func are(_ count: Int) -> String { "\(Steering.amount(count)) \(count == 1 ? "is" : "are")" }
}
