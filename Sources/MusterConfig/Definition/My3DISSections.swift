extension Section {
    /// A config of My3DIS.
    static let my3dis: Section = {
        var section = Section.sweep
        section.name = "my3dis"
        section.meaning =
            "A config of My3DIS is read as it is; muster's own keys may stand beside. Unknown keys are warnings."
        section.keys = section.keys.map { key in
            switch key.name {
            case "experiment": Key("experiment", .section(my3disExperiment), "required", key.meaning)
            case "pipeline":
                Key("pipeline", .text, "my3dis", "`my3dis`; also taken where it is missing and the stages are My3DIS's")
            case "stages": Key("stages", .section(my3disStages), "", "the stages; a missing one is enabled")
            default: key
            }
        }
        return section
    }()

    /// `experiment` of My3DIS.
    static let my3disExperiment = Section(
        "my3dis-experiment", "What My3DIS works on.",
        [
            Key("name", .text, "the file's name", "the sweep's name, for `{name}` too"),
            Key("dataset_root", .path, "", "folder of the scenes; `MY3DIS_DATASET_ROOT` wins"),
            Key("scenes", .either([.text, .list(.text)]), "", "names, or `all`, `*`, `__all__`; a text is one name"),
            Key("scene_start", .text, "", "first scene of a range"),
            Key("scene_end", .text, "", "last one, included"),
            Key("data_path", .path, "", "folder of the frames where there are no scenes; `MY3DIS_DATA_PATH` stands in"),
            Key("parallel_scenes", .any, "1", "jobs side by side on this machine"),
            Key("force_parallel", .flag, "", "no effect"),
            Key("isolate_scenes", .flag, "", "no effect: every job has processes of its own"),
            Key("levels", .list(.count(Int.min...Int.max)), "", "levels of segmentation"),
            Key("tag", .text, "", "ends the run folder's name"),
            Key("tag_in_path", .flag, "true", "whether it does"),
            Key("aggregate_output", .flag, "false", "a time-stamped folder around all scenes"),
            Key("run_timestamp", .text, "the run's", "that folder's name"),
            Key("output_layout", .text, "", "`scene_level` moves results up into the scene's folder"),
            Key("output_root", .path, "", "where results go; `--override-output`, then `MY3DIS_OUTPUT_ROOT` win"),
            Key("frames", .section(my3disFrames), "", "which frames"),
            Key("freq", .count(1...Int.max), "", "an older name of the frames' step"),
            Key("run_dir", .path, "", "the run whose candidates are used where `ssam` is disabled"),
            Key("sam_ckpt", .path, "", "stands in for the stage's"),
            Key("sam2_cfg", .path, "", "stands in for the stage's"),
            Key("sam2_ckpt", .path, "", "stands in for the stage's"),
        ])

    static let my3disFrames = Section(
        "my3dis-frames", "Which frames; negative ends count as open.",
        [
            Key("start", .count(Int.min...Int.max), "0", "first"),
            Key("from", .count(Int.min...Int.max), "", "the same"),
            Key("end", .count(Int.min...Int.max), "-1", "behind the last"),
            Key("to", .count(Int.min...Int.max), "", "the same"),
            Key("step", .count(1...Int.max), "1", "every so many"), Key("freq", .count(1...Int.max), "", "the same"),
            Key("stride", .count(1...Int.max), "", "the same"),
        ])

    static let my3disStages = Section(
        "my3dis-stages", "The four stages.",
        [Key("gpu", .any, "", "the GPUs of a job, by their number in its slot: how many there are counts")]
            + My3DIS.stages.map { Key($0, .section(my3disStage($0)), "", "the stage `\($0)`") })

    /// The section of one stage.
    static func my3disStage(_ name: String) -> Section {
        let every = [
            Key("enabled", .flag, "true", "`false` takes the stage out"), Key("gpu", .any, "", "no effect"),
        ]
        let levels = Key(
            "levels", .list(.count(Int.min...Int.max)), name == "ssam" ? "experiment's" : "ssam's", "levels")
        let integer: ValueKind = .count(Int.min...Int.max)
        let own: [Key] =
            switch name {
            case "ssam":
                [
                    levels, Key("frames", .section(my3disFrames), "experiment's", "which frames"),
                    Key("freq", .count(1...Int.max), "", "an older name of the frames' step"),
                    Key("ssam_freq", integer, "1", "every so many of the selected frames are segmented"),
                    Key("min_area", integer, "300", "least area of a mask, in pixels"),
                    Key("fill_area", .count(0...Int.max), "min_area", "least area of a gap, in pixels"),
                    Key("stability_threshold", .number, "0.9", "least stability of a mask"),
                    Key("add_gaps", .flag, "false", "gaps become masks"),
                    Key("downscale_masks", .flag, "false", "masks are stored smaller"),
                    Key("downscale_ratio", .number, "1.0", "by this factor"),
                    Key("mask_scale_ratio", .number, "", "the same"),
                    Key("max_masks_per_level", integer, "2000", "0 or less is no limit"),
                    Key("persist_raw", .flag, "true", "raw candidates are kept for `filter`"),
                    Key("skip_filtering", .flag, "false", "candidates are not filtered at once"),
                    Key("append_timestamp", .flag, "true", "results lie in a run folder with the run's time stamp"),
                    Key("tag_in_path", .flag, "experiment's", "whether the tag stands in paths"),
                    Key("experiment_tag", .text, "experiment.tag", "the tag"),
                    Key("sam2_max_propagate", integer, "", "stands in the folder's name and the manifest"),
                    Key(
                        "sam_ckpt", .path, "experiment's",
                        "checkpoint; else `MY3DIS_SEMANTIC_SAM_CKPT`, else the program's own"),
                ]
            case "filter":
                [
                    levels, Key("min_area", integer, "ssam's", "least area of a mask, in pixels"),
                    Key("stability_threshold", .number, "ssam's", "least stability of a mask"),
                    Key("update_manifest", .flag, "true", "the manifest tells of the filtering"),
                    Key("quiet", .flag, "false", "less output"),
                ]
            case "tracker":
                [
                    levels, Key("max_propagate", integer, "", "0 is no limit"),
                    Key("sam2_max_propagate", integer, "", "the same"),
                    Key("iou_threshold", .number, "0.6", "least overlap"),
                    Key("downscale_masks", .flag, "as ssam's", "masks are tracked smaller"),
                    Key("downscale_ratio", .number, "ssam's below 1, else 0.3", "by this factor"),
                    Key(
                        "prompt_mode", .text, "all_mask",
                        "`all_mask` (`none`), `lt_bbox` (`long_tail`), `all_bbox` (`all`)"),
                    Key("render_viz", .flag, "true", "pictures are drawn"),
                    Key("comparison_sampling", .section(my3disSampling), "", "which frames are compared"),
                    Key("sam2_cfg", .path, "experiment's", "model; else `MY3DIS_SAM2_CFG`, else the program's own"),
                    Key(
                        "sam2_ckpt", .path, "experiment's",
                        "checkpoint; else `MY3DIS_SAM2_CKPT`, else the program's own"),
                ]
            default:
                [
                    Key("name", .text, "report.md", "the report's file"),
                    Key("max_width", .count(1...Int.max), "960", "of pictures, in pixels"),
                    Key("record_timings", .flag, "false", "durations are written down"),
                    Key("timing_output", .text, "stage_timings.json", "where; naming it implies recording"),
                    Key("generate_check_report", .flag, "false", "check.md in the experiment's folder"),
                ]
            }
        return Section("my3dis-\(name)", "Parameters of `\(name)`.", every + own)
    }

    static let my3disSampling = Section(
        "my3dis-sampling", "Which frames are compared.",
        [
            Key("stride", .count(1...Int.max), "", "every so many"),
            Key("max_frames", .count(0...Int.max), "", "0 is no limit"),
        ])
}
