extension Section {
    /// `items`.
    static let items = Section(
        "items",
        "The items of a scene (fields of view, frames), numbered from 0, that a stage goes through: in batches one after the other, each shared out among workers side by side.",
        [
            Key(
                "count", .either([.count(0...1_000_000_000), .section(itemCount)]), "",
                "how many items a scene has; not needed where `range` says its last item"),
            Key(
                "range", .either([.text, .section(itemRange)]), "all",
                "those to go through: `\"3:12\"`, both ends included; an end that is missing, or -1, is the scene's first or last"
            ),
            Key("batch_size", .count(1...1_000_000_000), "all at once", "items of a batch"),
            Key("workers", .count(1...1024), "1", "programs side by side, all within the job's `resources`"),
            Key(
                "files", .either([.path, .list(.path)]), "",
                "of a stage: patterns for the files of one item, `{item}` its number (`fov_{item:03d}/*_seg_*.npy`), and without it for those that all workers write"
            ),
        ])

    static let itemCount = Section(
        "item-count", "Where the number of a scene's items comes from, one of these; it is found where the job runs.",
        [
            Key(
                "command", .either([.text, .list(.either([.text, .list(.text)]))]), "",
                "a program that prints the number on its last line; it runs in the stage's surroundings"),
            Key("files", .path, "", "as many as there are files that match; relative to the scene"),
            Key("lines", .path, "", "as many as a text file has lines that are not blank; relative to the scene"),
        ])

    static let itemRange = Section(
        "item-range", "The same range in two keys; null and -1 stand for the first and the last item.",
        [
            Key("first", .count(-1...1_000_000_000), "the first", "first item"),
            Key("last", .count(-1...1_000_000_000), "the last", "last item, included"),
        ])
}
