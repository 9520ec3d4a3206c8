import MusterCore

extension Section {
    /// What comes home.
    static let collect = Section(
        "collect", "What comes home, where it lies there, and how it travels. See [Results](results.md).",
        [
            Key(
                "files", .either([.text, .list(.text)]), "summaries",
                "`all`, `summaries`, or patterns of files in a job's folder"),
            Key(
                "stages", .either([.text, .list(.text)]), "",
                "besides, the products of these stages whose files `produces` names"),
            Key("products", .either([.text, .list(.text)]), "", "besides, these products"),
            Key(
                "layout", .text, "as on the cluster",
                "a job's folder at home: `{scene.name}`, `{point.id}`, `{job.id}`, `{run.id}`, and `{point.NAME}` for each parameter"
            ),
            Key(
                "metrics", .text, "metrics.jsonl",
                "the file of a job with its metrics, for `results.csv`: JSON lines of which later values count, a JSON or YAML mapping, or CSV with the columns `name` and `value` or a last row"
            ),
        ] + transfer)
}
