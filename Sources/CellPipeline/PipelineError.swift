/// A failure of the pipeline program: what was tried, on what, what came back, and what to do next.
///
/// The text is made here alone, so that every failure reads the same way on stderr.
public struct PipelineError: Error, CustomStringConvertible, Equatable {
    /// What was tried, as a verb phrase: "read", "write".
    public let attempted: String
    /// The file, folder or option that it was tried on.
    public let subject: String
    /// What came back.
    public let reason: String
    /// What the person can do next; nil where the reason says it already.
    public let hint: String?

    package init(cannot attempted: String, _ subject: String, _ reason: String, hint: String? = nil) {
        self.attempted = attempted
        self.subject = subject
        self.reason = reason
        self.hint = hint
    }

    /// One line, and a second one with the hint where there is one.
    public var description: String {
        let line = "cannot \(attempted) '\(subject)': \(reason)"
        guard let hint else { return line }
        return line + "\n  try: \(hint)"
    }
}
