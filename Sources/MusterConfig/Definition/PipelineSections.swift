import MusterCore

extension Section {
    /// A pipeline.
    static let pipeline = Section(
        "pipeline",
        "A preset's file, or the mapping under `pipeline`: `stages`, or `command` for a single stage named `run`.",
        [
            Key("name", .text, "the preset's name, else `inline`", "shown in lists"),
            Key("command", .either([.text, .list(words)]), "", "the only stage's program, instead of `stages`"),
            Key("stages", .list(.section(stage)), "", "the stages; their products decide the order"),
            Key("scene", .section(sceneKind), "folders", "what a scene is, where the config does not say"),
            Key("collect", .either([.text, .list(.text)]), "", "what comes home, where the config does not say"),
            Key(
                "layouts", .table(.list(.section(layoutRule))), "",
                "by name, how results are put in order behind the last stage; see `experiment.output_layout`"),
            Key(
                "records", .choice(RecordStyle.allCases.map(\.rawValue)), "",
                "record files besides muster's own: `my3dis` keeps those of My3DIS, see [there](my3dis.md#records)"),
            Key("resources", .section(resources), "", "with `command`: as for a stage"),
            Key("progress", .text, "", "with `command`: as for a stage"),
            Key(
                "items", .section(items), "",
                "items that every stage goes through which names them, see [Items](#items)"),
            Key("checkpoint", .either([.flag, .section(checkpoint)]), "", "with `command`: as for a stage"),
        ] + surroundings + [clusters])

    /// A stage of a pipeline.
    static let stage = Section(
        "stage", "A step of a pipeline.",
        [
            Key("name", .text, "required", "letters, digits, `_` and `-`"),
            Key(
                "command", .either([.text, .list(words)]), "required",
                "a list is the program's words, a text a line for `bash -c`; see Commands"),
            Key(
                "requires", .either([.text, .list(.text)]), "", "products of other stages, behind which this one runs"),
            Key(
                "produces", .either([.text, .list(.text), .table(.either([.text, .list(.text)]))]), "",
                "products that it makes: their names, or with each the files and folders of the job's folder that it consists of (`*` stands for any characters within one level). Then they must be there when the stage has ended, and stages that wait for none of each other may run side by side in slots that stand idle"
            ),
            Key(
                "identity", .either([.text, .list(.text)]), "what its command names",
                "parameters of the sweep and of the stage that make its products; its program sees no other parameter of the sweep. See Products"
            ),
            Key(
                "fingerprint", .either([.text, .list(.text), .section(fingerprint)]),
                "words of its command that are files",
                "files of its program on the cluster: when their content changes, its products are stale"),
            Key(
                "share", .choice(StageSpec.Sharing.allCases.map(\.rawValue)), "link",
                "how jobs share its products where their keys are equal: `link` (large files are linked, so nobody may change them in place), `copy`, or `never`, which lets each job run it"
            ),
            Key("parameters", .table(.any), "", "defaults for `{stage.KEY}`"),
            Key("resources", .section(resources), "", "what it asks for"),
            Key("items", .section(items), "", "items that it goes through; what is left open the pipeline's say"),
            Key(
                "always", .flag, "false",
                "it runs behind all others whatever became of them, also after a failure and, within the grace time, when the job is ended; never taken over"
            ),
            Key(
                "progress", .text, "",
                "a piece of the program's own output with `{done}` (or `{t}`) and `{total}` (or `{T}`) for numbers, such as `frame {done} of {total}`; blanks match any number of blanks. Without it bars of tqdm are found, unless the program reports itself"
            ),
            Key(
                "checkpoint", .either([.flag, .section(checkpoint)]), "false",
                "its program can go on from what it kept in `MUSTER_CHECKPOINT`, a folder that lasts from one attempt to the next: it is told when the time is nearly over, and the element is started again. See Time limits"
            ),
        ] + surroundings + [clusters])

    static let checkpoint = Section(
        "checkpoint", "How a program is told that its time is nearly over.",
        [
            Key(
                "signal", .choice(CheckpointSpec.Signal.allCases.map(\.rawValue)), "TERM",
                "what it is sent; nothing where `command` is there"),
            Key("grace", .time, "60s", "how long it then has; the allocation is told so much earlier"),
            Key(
                "command", .either([.text, .list(words)]), "",
                "a program that makes the checkpoint, started beside; `MUSTER_PID` is the stage's process. When it has ended the stage's program is asked to end"
            ),
            Key("attempts", .count(1...Int.max), "10", "how often an element is started for its jobs at most"),
        ])

    static let fingerprint = Section(
        "fingerprint", "What shows that a stage's program has changed, evaluated on the cluster.",
        [
            Key("files", .either([.text, .list(.text)]), "", "files and patterns, relative to the stage's `cwd`"),
            Key("command", .text, "", "a line for bash; what it prints counts"),
        ])

    static let layoutRule = Section(
        "layout-rule",
        "One step of a layout: `move` with `to`, or `remove`. Paths are relative to the job's folder, `*` stands for any characters within one level.",
        [
            Key("move", .path, "", "what goes to another place"),
            Key(
                "to", .path, "",
                "where: `{1}`, `{2}` are what the first, second `*` stood for, `{1:02d}` the same as a number of two digits"
            ),
            Key(
                "first", .flag, "false",
                "of several with one target the first in the order of names goes; without, that is a mistake"),
            Key("remove", .path, "", "what is removed, with all that it holds"),
            Key("if_empty", .flag, "false", "only folders that hold nothing are removed"),
        ])

    private static let words: ValueKind = .either([.text, .list(.text)])

    /// What holds on one cluster only.
    static let layer = Section(
        "surroundings", "What is laid over a pipeline's or a stage's surroundings on one cluster.", surroundings)

    private static let clusters = Key(
        "clusters", .table(.section(layer)), "",
        "`{NAME: {cwd, env, environment}}`: laid over these on the cluster of that name")

    private static let surroundings = [
        Key(
            "cwd", .path, "the attempt's folder",
            "working folder; a relative path is one below the attempt's. Here and for `conda`, `venv` and `container` a path may begin with `~/`"
        ),
        Key("env", .table(.text), "", "variables, which may hold the same `{...}` as commands"),
        Key("environment", .section(environment), "", "what is set up before the program starts"),
    ]

    static let environment = Section(
        "environment",
        "Set up in this order by a shell that is no login shell; `module` and `conda` are found where sites and installers put them.",
        [
            Key("modules", .either([.text, .list(.text)]), "", "environment modules to load"),
            Key("conda", .text, "", "a conda environment, by name or folder"),
            Key("venv", .path, "", "a Python virtual environment's folder"),
            Key(
                "container", .path, "",
                "an image, run with apptainer or singularity; it sees the attempt's folder, the scene and `cwd`, and the GPUs where `gpus` are asked for"
            ),
        ])
}
