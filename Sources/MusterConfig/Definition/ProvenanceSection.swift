import MusterCore

extension Section {
    /// `provenance`.
    static let provenance = Section(
        "provenance",
        "What is recorded of a run's code and data beyond [what always is](provenance.md).",
        [
            Key(
                "dirty", .choice(ProvenancePolicy.Dirty.allCases.map(\.rawValue)), "warn",
                "programs that are not as they are committed where they run: a warning, or nothing is submitted"),
            Key(
                "inputs", .flag, "false",
                "the checksums of scenes are taken at submission, where they lie: all of their files are read"),
        ])
}
