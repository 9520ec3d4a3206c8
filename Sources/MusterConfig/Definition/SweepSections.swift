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
            Key(
                "items", .section(items), "the pipeline's",
                "which items (fields of view, frames) stages go through, and how they are shared out"),
            Key("sweep", .section(sweepShapes), "", "the parameter points; without it each scene is one job"),
            Key("cluster", .text, "local", "where to run: a cluster file's name or path"),
            Key("resources", .section(jobResources), "", "what one job asks for, and where it may run"),
            Key("resource_classes", .count(1...16), "4", "the most sizes that jobs of different needs are put into"),
            Key(
                "log_limit", .size, "64M",
                "the most that a program's output may take: of more the beginning and the end are kept"),
            Key(
                "checksums", .either([.flag, .size]), "true",
                "whether agents take the checksums of all that jobs make, against which it is verified when it comes home; a size: of files up to it"
            ),
            Key(
                "measure",
                .either([.choice(Measure.allCases.map(\.rawValue)), .list(.choice(Measure.allCases.map(\.rawValue)))]),
                "",
                "what agents measure beside the rest although it costs: `pss`, memory without what processes share counted twice"
            ),
            Key("packing", .choice(Packing.allCases.map(\.rawValue)), "auto", "how jobs share allocations"),
            Key("retry", .section(retry), "", "which ends of attempts are followed by another one"),
            Key(
                "canary", .count(0...Int.max), "0",
                "so many jobs, spread over points and scenes, must succeed before others are begun"),
            Key("halt", .section(halt), "", "when so much went wrong that nothing more is started"),
            Key("notify", .section(notify), "", "who is told how the run goes, and by what"),
            Key("provenance", .section(provenance), "", "what is recorded of code and data"),
            Key(
                "code", .either([.choice(CodePolicy.Word.allCases.map(\.rawValue)), .section(code)]), "live",
                "`live`: programs are started from what lies there, and a change is told; `snapshot`: from a copy made at submission, see [Provenance](provenance.md)"
            ),
            Key(
                "dataset", .either([.text, .section(dataset)]), "",
                "`NAME@VERSION` of a registered data set: nothing is submitted unless the scenes are those of it"),
            Key(
                "stage_in",
                .either([.choice(StageInSpec.Mode.allCases.map(\.rawValue)), .section(stageIn)]), "off",
                "whether scenes that lie at home are sent to the cluster, or compared with what is there, before anything is submitted"
            ),
            Key(
                "collect", .either([.text, .list(.text), .section(collect)]), "the pipeline's summaries",
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
}
