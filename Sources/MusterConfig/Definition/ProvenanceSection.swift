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
            Key(
                "keep", .choice(ProvenancePolicy.Keep.allCases.map(\.rawValue)), "none",
                "whose contents come into [the store at home](store.md) with the results: `outputs` what is collected, `inputs` what jobs are known to have read and lies on this machine"
            ),
        ])

    /// `code`.
    static let code = Section(
        "code", "The run's programs are started from a copy of their code.",
        [
            Key(
                "snapshot", .either([.path, .list(.path)]), "required",
                "folders to copy beside the repositories that commands name, where the jobs run: relative ones beside the config, on a remote cluster absolute or with `~/`"
            )
        ])
}
