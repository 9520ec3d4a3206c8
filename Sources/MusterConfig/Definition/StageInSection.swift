import MusterCore

extension Section {
    /// How scenes come to the cluster.
    static let stageIn = Section(
        "stage-in", "How the scenes' files come to where jobs read them. See [Inputs](inputs.md).",
        [
            Key(
                "mode", .choice(StageInSpec.Mode.allCases.map(\.rawValue)), "required",
                "`upload` sends what is missing; `check` names it and submits nothing; `off` does not look"),
            Key("from", .path, "dataset_root", "the data set's folder at home, relative to the config"),
            Key("to", .path, "dataset_root", "the folder of the scenes on the cluster, in whose place jobs read"),
            Key(
                "store", .path, "{to}/.muster",
                "where contents are kept on the cluster; data sets on one file system may share it"),
            Key(
                "verify", .flag, "false",
                "reads all files there at each submission, and not only what changed since it was read last"),
        ] + transfer)

    /// How files travel.
    static let transfer = [
        Key("chunk", .size, "25MB", "larger files travel in parts of this size, none of which is sent twice"),
        Key("tries", .count(1...100), "3", "how often a file or a part is tried"),
        Key("pause", .time, "5s", "the pause behind the first try; it doubles behind each"),
        Key("bandwidth", .size, "", "the most bytes a second"),
        Key("ask_above", .size, "10G", "from so much on a person is asked first"),
    ]
}
