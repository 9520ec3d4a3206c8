import MusterCore

extension Section {
    /// `dataset`.
    static let dataset = Section(
        "dataset", "Which version of [a data set](datasets.md) the scenes must be those of.",
        [
            Key("version", .text, "required", "`NAME@MAJOR.MINOR.PATCH`, as `muster dataset list --all` has it"),
            Key(
                "verify", .flag, "false",
                "compares checksums at submission, where the data lie, and not names and sizes alone: the scenes are read"
            ),
        ])
}
