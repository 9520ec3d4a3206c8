import MusterCore

extension Section {
    /// `sweep`.
    static let sweepShapes = Section(
        "sweep",
        "The parameter points: the product of `matrix`, `zip`, `list`, `file`, `random` and `latin_hypercube`, without what `exclude` names, and with what `include` adds.",
        [
            Key(
                "matrix", .table(values), "",
                "each parameter with its values; all combinations, the last one running fastest"),
            Key(
                "zip", .either([.table(values), .list(.table(values))]), "",
                "parameters of equally many values that vary together; several such groups as a list"),
            Key("list", .list(.table(.any)), "", "points, each with its values"),
            Key("file", .path, "", "points from a file: CSV with a header, or JSON lines (`.jsonl`)"),
            Key("random", .section(sampling), "", "points drawn at random"),
            Key(
                "latin_hypercube", .section(sampling), "",
                "points drawn so that each parameter's range is covered evenly"),
            Key("exclude", .list(.table(.any)), "", "points to leave out: those that agree in all values named"),
            Key("include", .list(.table(.any)), "", "further points"),
            Key(
                "names", .text, "",
                "what points are called: `lr{lr:.0e}_t{tile:03d}`; formats `d`, `e`, `f`, `g` as in C"),
            Key("max_points", .count(1...10_000_000), "1000000", "more points are a mistake"),
        ])

    /// What a parameter may take.
    static let values: ValueKind = .either([.any, .list(.any), .section(spacing)])

    static let spacing = Section(
        "spacing",
        "Numbers at regular distances, in place of a list of values. Other than whole ones are rounded to twelve digits.",
        [
            Key("start", .number, "", "first number, with `stop` and `step`"),
            Key("stop", .number, "", "last number, included where a step falls on it"),
            Key("step", .number, "1", "distance"),
            Key("linspace", .list(.number), "", "`[START, STOP, COUNT]`: both ends included, equal distances"),
            Key("logspace", .list(.number), "", "`[START, STOP, COUNT]`: powers of ten, from 10^START to 10^STOP"),
            Key("geomspace", .list(.number), "", "`[START, STOP, COUNT]`: equal factors"),
        ])

    static let sampling = Section(
        "sampling", "Points drawn from distributions; the same seed gives the same points everywhere.",
        [
            Key("count", .count(1...10_000_000), "required", "how many; what is drawn twice counts once"),
            Key("seed", .count(0...Int.max), "0", "where the drawing starts"),
            Key(
                "parameters", .table(.either([.list(.any), .section(distribution)])), "required",
                "a list to choose from, or a distribution"),
        ])

    static let distribution = Section(
        "distribution", "What a drawn value may be; one of these.",
        [
            Key("uniform", .list(.number), "", "`[LOW, HIGH]`: any number between"),
            Key("log_uniform", .list(.number), "", "`[LOW, HIGH]`: each order of magnitude as likely as the next"),
            Key("integers", .list(.count(Int.min...Int.max)), "", "`[LOW, HIGH]`: whole numbers, both ends included"),
            Key("choice", .list(.any), "", "one of these"),
        ])
}
