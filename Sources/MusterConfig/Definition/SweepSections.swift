import MusterCore

extension Section {
    /// The config.
    static let sweep = Section(
        "sweep-config", "One YAML file describes an experiment.",
        [
            Key("defaults", .either([.path, .list(.path)]), "", "files that this one builds on; see Composition"),
            Key("experiment", .section(experiment), "required", "what is to be done, and where data and results lie"),
            Key(
                "pipeline", .either([.text, .section(pipeline)]), "required",
                "a preset by name or path, or a pipeline in place; not needed for a config of My3DIS"),
            Key("stages", .table(.section(stageParameters)), "", "parameters of the pipeline's stages, by stage"),
            Key("sweep", .section(sweepShapes), "", "the parameter points; without it each scene is one job"),
            Key("cluster", .text, "local", "where to run: a cluster file's name or path"),
            Key("resources", .section(resources), "", "what one job asks for"),
            Key("packing", .choice(Packing.allCases.map(\.rawValue)), "auto", "how jobs share allocations"),
            Key(
                "collect", .either([.text, .list(.text)]), "the pipeline's summaries",
                "what comes home: `all`, or patterns of files in a job's folder; without it also the logs of failures, to `logs/JOB/STAGE.log` beside the results"
            ),
        ])

    /// `experiment`.
    static let experiment = Section(
        "experiment", "What is to be done, and where data and results lie.",
        [
            Key("name", .text, "required", "the sweep's name, without blanks, commas and slashes"),
            Key("dataset_root", .path, "required", "folder of the scenes; on a remote cluster a path there"),
            Key(
                "scenes", .either([.text, .list(.text), .section(sceneRange)]), "all",
                "`all`, names, or a range; a list keeps its order, and `all` inside of one stands for all"),
            Key("scene_start", .text, "", "the same range in two keys: the first scene"),
            Key("scene_end", .text, "", "the last scene, included"),
            Key("scene", .section(sceneKind), "", "what counts as a scene; the pipeline says it otherwise"),
            Key(
                "output_root", .path, "results/{name}",
                "where results go; relative: beside the config, or in the run's folder of a remote cluster"),
        ])

    static let sceneRange = Section(
        "scenes", "A range of scenes in the order of their names.",
        [
            Key("start", .text, "the first", "first scene"),
            Key("end", .text, "the last", "last scene, included"),
        ])

    static let sceneKind = Section(
        "scene", "What counts as a scene.",
        [
            Key("folders", .section(sceneFolders), "", "folders are scenes"),
            Key("files", .text, "", "files whose names match this pattern are scenes"),
        ])

    static let sceneFolders = Section(
        "folders", "Which folders are scenes.",
        [
            Key("require", .either([.path, .list(.path)]), "", "paths that a folder must hold to count as a scene"),
            Key(
                "expect", .either([.path, .list(.path)]), "",
                "paths that each selected scene must hold; a mistake where one is missing"),
            Key(
                "prefer", .text, "",
                "a beginning: where any folder's name begins so, only those count, except for a list of names"),
            Key("path", .path, "", "what of the folder the pipeline is given as `{scene.path}`"),
        ])

    static let stageParameters = Section(
        "stage-parameters", "Parameters of one stage, for `{stage.KEY}`.", others: .any,
        [Key("enabled", .flag, "true", "`false` takes the stage out")])

    /// `resources`.
    static let resources = Section(
        "resources", "What one job asks for, on one node.",
        [
            Key("gpus", .count(0...Int.max), "0", "whole GPUs"),
            Key("cpus", .count(1...Int.max), "1", "cores"),
            Key("memory", .size, "the cluster's", "host memory"),
            Key("time", .time, "unknown", "wall time"),
        ])

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
