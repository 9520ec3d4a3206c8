import ArgumentParser

/// Asking before what can't be undone.
struct Consent: ParsableArguments {
    @Flag(help: "Do not ask.") var yes = false

    /// Throws unless the person at the terminal agrees that `what` (some things) will `become` so.
    func ask(_ what: String, become: String = "count no more") throws {
        guard !yes else { return }
        guard Terminal.inputIsTerminal else {
            throw ExitStatus.usage("\(what) would \(become)\n  to do so without being asked: --yes")
        }
        guard Terminal.confirm("\(what) will \(become). Go on?") else { throw ExitStatus.interrupted }
    }
}
