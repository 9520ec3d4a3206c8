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
            Key("resources", .section(jobResources), "", "what one job asks for, and where it may run"),
            Key("resource_classes", .count(1...16), "4", "the most sizes that jobs of different needs are put into"),
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
            Key("output_layout", .text, "as written", "a layout of the pipeline: how results are put in order"),
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

    /// `resources` of the config.
    static let jobResources = Section(
        "resources",
        "What one job asks for on each of its nodes, and where it may run. The amounts may be expressions of parameters.",
        amounts(orRule: true) + [
            Key("gpu_type", .text, "any", "the type of GPUs"),
            Key("constraint", .text, "", "features that nodes must have, as Slurm writes them: `a100&nvlink`"),
            Key("exclude", .text, "", "nodes to stay away from: `n[01-04]`"),
            Key("partition", .text, "the cluster's", "partition"),
            Key("account", .text, "the cluster's", "account"),
            Key("qos", .text, "the cluster's", "quality of service"),
            Key(
                "slurm", .section(slurmExtras), "",
                "further sbatch options; they win over those of the cluster, and may not contradict what stands elsewhere"
            ),
        ])

    static let slurmExtras = Section(
        "sbatch", "Options of sbatch by their long names: `{mail-type: FAIL}`; `true` for an option without value.",
        others: .any, [])

    /// `resources` of a stage.
    static let resources = Section("stage-resources", "What a stage asks for.", amounts(orRule: false))

    private static func amounts(orRule: Bool) -> [Key] {
        func kind(_ kind: ValueKind) -> ValueKind { orRule ? .either([kind, .rule]) : kind }
        return [
            Key("gpus", kind(.count(0...Int.max)), "0", "whole GPUs"),
            Key("cpus", kind(.count(1...Int.max)), "1", "cores"),
            Key("memory", kind(.size), "the cluster's", "host memory"),
            Key("time", kind(.time), "unknown", "wall time"),
            Key(
                "nodes", .count(1...10_000), "1",
                "nodes; with several one agent starts the stage on all of them through srun, a task on each"),
        ]
    }

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
