import MusterCore
import YAML

extension My3DIS {
    /// What the stages' sections say.
    struct Stages {
        /// The enabled stages with their parameters.
        var specs: [StageSpec]
        /// What the run folder's name is made of.
        var naming: [JSON.Member]
        var appendsStamp: Bool
        var tag: String?
        var tagInPath: Bool
        /// What the config asks for and has nothing to do.
        var skipped: [SkippedStage] = []
    }

    /// Reads the sections: a missing one is an enabled stage with defaults.
    static func stages(
        of draft: PipelineDraft, _ sections: Keyed?, _ experiment: Keyed, _ options: SweepReader.Options
    ) -> Stages? {
        let reader = experiment.reader
        let before = reader.found.count
        func section(_ name: String) -> Keyed {
            sections?.mapping(name)
                ?? Keyed(
                    Node(.mapping([]), mark: sections?.mark ?? experiment.mark), .my3disStage(name),
                    path: "stages.\(name)", reader)!
        }
        let ssam = section("ssam"), filter = section("filter"), tracker = section("tracker"), report = section("report")
        var enabled: [String: Bool] = [:]
        for (name, keyed) in zip(stages, [ssam, filter, tracker, report]) {
            enabled[name] = keyed.flag("enabled") ?? true
            if let gpu = keyed.node("gpu") {
                reader.report(
                    .note, at: gpu.mark, "'stages.\(name).gpu' has no effect: 'stages.gpu' holds for the whole job")
            }
        }
        let hasCandidates = enabled["ssam"] == true
        let runDir = experiment.text("run_dir")
        if !hasCandidates, runDir == nil {
            reader.report(
                at: experiment.mark, "experiment.run_dir is required when the stage 'ssam' is disabled",
                hint: "add: run_dir: FOLDER of the run whose candidates are to be used")
        }
        var skipped: [SkippedStage] = []
        let candidates = ssamParameters(ssam, experiment, options)
        if hasCandidates, candidates["persist_raw"]?.bool == false, enabled["filter"] == true {
            enabled["filter"] = false
            skipped.append(SkippedStage(name: "filter", behind: "ssam", reason: "missing_raw"))
            reader.report(
                .note, at: ssam.node("persist_raw")?.mark ?? ssam.mark,
                "the stage 'filter' is left out: without raw candidates it has nothing to do (missing_raw)")
        }
        let reused: [JSON.Member] = hasCandidates ? [] : [.init("run_dir", runDir.map { .string($0) } ?? .null)]
        let parameters = [
            "ssam": candidates.members ?? [],
            "filter": reused + filterParameters(filter, candidates),
            "tracker": reused + trackerParameters(tracker, experiment, candidates, hasCandidates, options),
            "report": reportParameters(report),
        ]
        for keyed in [ssam, filter, tracker, report] { keyed.finish(unknown: .warning) }
        var specs = draft.stages.filter { enabled[$0.name] ?? true }
        let products = Set(specs.flatMap(\.produces))
        for index in specs.indices {
            // What a disabled stage would have made is there already, or is not used.
            specs[index].requires.removeAll { !products.contains($0) }
            for member in parameters[specs[index].name] ?? [] { SweepReader.set(member, in: &specs[index].parameters) }
        }
        guard reader.found[before...].allSatisfy({ $0.severity != .error }) else { return nil }
        return Stages(
            specs: specs, naming: candidates.members ?? [], appendsStamp: ssam.flag("append_timestamp") ?? true,
            tag: candidates["experiment_tag"]?.string,
            tagInPath: ssam.flag("tag_in_path") ?? experiment.flag("tag_in_path") ?? true,
            skipped: skipped)
    }

    private static func ssamParameters(_ keyed: Keyed, _ experiment: Keyed, _ options: SweepReader.Options) -> JSON {
        let levels = levels(keyed, experiment)
        let area = whole(keyed, "min_area", least: nil) ?? 300
        let fill = whole(keyed, "fill_area", least: 0) ?? area
        let most = whole(keyed, "max_masks_per_level", least: nil) ?? 2000
        let tag = keyed.text("experiment_tag") ?? experiment.text("tag")
        if let tag, tag.contains("/") {
            keyed.reader.report(at: keyed.mark, "the tag '\(tag)' can't have a slash: it ends the run folder's name")
        }
        let ratio = keyed.number("downscale_ratio") ?? keyed.number("mask_scale_ratio") ?? 1
        let checkpoint =
            keyed.text("sam_ckpt") ?? experiment.text("sam_ckpt") ?? options.variables["MY3DIS_SEMANTIC_SAM_CKPT"]
        var members: [JSON.Member] = []
        func add(_ key: String, _ value: JSON?) { if let value { members.append(.init(key, value)) } }
        func flag(_ key: String, _ fallback: Bool) { add(key, .bool(keyed.flag(key) ?? fallback)) }
        add("levels", levels.map(JSON.array))
        add("frames", .string(frames(experiment, keyed)))
        add("ssam_freq", .int(Int64(max(1, whole(keyed, "ssam_freq", least: nil) ?? 1))))
        add("min_area", .int(Int64(area)))
        add("fill_area", .int(Int64(fill)))
        add("stability_threshold", .double(keyed.number("stability_threshold") ?? 0.9))
        flag("add_gaps", false)
        flag("downscale_masks", false)
        add("downscale_ratio", .double(ratio))
        add("max_masks_per_level", .int(Int64(max(0, most))))
        flag("persist_raw", true)
        flag("skip_filtering", false)
        add("sam2_max_propagate", whole(keyed, "sam2_max_propagate", least: nil).map { .int(Int64($0)) })
        add("experiment_tag", tag.map(JSON.string))
        add("sam_ckpt", checkpoint.map(JSON.string))
        return .object(members)
    }

    private static func levels(_ keyed: Keyed, _ experiment: Keyed) -> [JSON]? {
        let isEnabled = keyed.flag("enabled") ?? true
        for (holder, name) in [(keyed, keyed.name("levels")), (experiment, "experiment.levels")] {
            if let node = holder.node("levels") { return self.levels(node, name, keyed.reader) }
        }
        if isEnabled {
            keyed.reader.report(
                at: experiment.mark, "Unable to determine levels for stage",
                hint: "add to experiment: levels: [2, 4, 6]")
        }
        return nil
    }

    private static func filterParameters(_ keyed: Keyed, _ ssam: JSON) -> [JSON.Member] {
        let levels = keyed.node("levels").flatMap { self.levels($0, keyed.name("levels"), keyed.reader) }.map(
            JSON.array)
        return [
            .init("levels", levels ?? ssam["levels"] ?? .null),
            .init("min_area", whole(keyed, "min_area", least: nil).map { .int($0) } ?? ssam["min_area"] ?? 300),
            .init(
                "stability_threshold",
                keyed.number("stability_threshold").map { .double($0) } ?? ssam["stability_threshold"] ?? .double(0.9)),
            .init("update_manifest", .bool(keyed.flag("update_manifest") ?? true)),
            .init("quiet", .bool(keyed.flag("quiet") ?? false)),
        ]
    }

    private static func reportParameters(_ keyed: Keyed) -> [JSON.Member] {
        let timings = keyed.text("timing_output")
        return [
            .init("report_name", .string(keyed.text("name") ?? "report.md")),
            .init("max_width", .int(whole(keyed, "max_width", least: 1) ?? 960)),
            .init("record_timings", .bool(keyed.flag("record_timings") ?? (timings != nil))),
            .init("timing_output", .string(timings ?? "stage_timings.json")),
            .init("generate_check_report", .bool(keyed.flag("generate_check_report") ?? false)),
        ]
    }

    /// A whole number, also in text, with the original's message.
    static func whole(_ keyed: Keyed, _ key: String, least: Int?) -> Int? {
        guard let node = keyed.node(key) else { return nil }
        guard let number = integer(node), number >= least ?? Int.min else {
            let hint = least.map { "a whole number from \($0) on" } ?? "a whole number"
            keyed.reader.report(at: node.mark, "invalid \(keyed.name(key)): \(shown(node))", hint: hint)
            return nil
        }
        return number
    }
}
