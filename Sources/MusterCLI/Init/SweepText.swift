/// A first config as text: it runs as it is, and its comments show what one would add next.
struct SweepText {
    /// What is run for each scene.
    enum Pipeline: Equatable {
        case preset(String)
        case command(String)
        /// No program is known: each scene is only listed.
        case listing
    }

    var name: String
    /// The folder of the scenes, as the config is to say it.
    var root: String
    var data: DataSet
    var pipeline: Pipeline
    var cluster: String
    /// Clusters to choose from.
    var clusters: [String]
    /// The cluster's host, where the data must lie there.
    var host: String?
    /// Parameters that the data ask for, by stage.
    var stages: [(stage: String, values: String)] = []

    /// More scenes than this are not named one by one.
    static let most = 10_000

    var text: String {
        [head, experiment, run, sweep, place].joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        """
        # Each scene at each parameter point is a job. Unknown keys are mistakes; docs/config.md has all keys.
        #   look:  muster check, muster plan      do:  muster run, muster status, muster logs JOB
        """
    }

    private var experiment: String {
        let few = data.scenes.prefix(2).map { YAMLScalar.comment($0) }.joined(separator: ", ")
        let count = "\(data.scenes.count) scene\(data.scenes.count == 1 ? "" : "s")"
        let path =
            host.map { "A path on \(YAMLScalar.comment($0)): the data must lie there." }
            ?? "A relative path is taken from here."
        let scenes =
            data.mustBeNamed && data.scenes.count <= Self.most
            ? "[\(data.scenes.map { YAMLScalar.text($0) }.joined(separator: ", "))]" : "all"
        var lines = [
            "experiment:",
            "  # Names runs, and the folder of the results.",
            "  name: \(YAMLScalar.text(name))",
            "  # \(count): \(few)\(data.scenes.count > 2 ? " and so on" : ""). \(path)",
            "  dataset_root: \(YAMLScalar.text(root))",
            "  # 'all', names in brackets, or a range: {start: FIRST, end: LAST}.",
            "  scenes: \(scenes)",
        ]
        if let kind = sceneKind {
            lines += ["  # What a scene is, where the pipeline does not say so.", "  scene: \(kind)"]
        }
        return
            (lines + [
                "  # Where results go; each run of a sweep adds to what is there.", "  output_root: results/{name}",
            ]).joined(separator: "\n")
    }

    /// Nil where the pipeline's own preset says it, or where it is the default.
    private var sceneKind: String? {
        if pipeline == .preset("my3dis") { return nil }
        return switch data.kind {
        case .tiffs(let pattern), .files(let pattern): "{files: \(YAMLScalar.text(pattern))}"
        case .cellpipe: pipeline == .preset("cellpipe") ? nil : "{folders: {require: metadata.json}}"
        case .my3dis: "{folders: {expect: outputs/color}}"
        case .folders: nil
        }
    }

    private var run: String {
        switch pipeline {
        case .preset(let name):
            var lines = ["# The program: a preset by its name, or one of your own in place of it.", "#   pipeline:"]
            lines += ["#     command: \"PROGRAM {scene.path} --output {output_dir}\""]
            lines.append("pipeline: \(YAMLScalar.text(name))")
            if !stages.isEmpty {
                lines += ["", "# Parameters of its stages.", "stages:"]
                lines += stages.map { "  \($0.stage): \($0.values)" }
            }
            return lines.joined(separator: "\n")
        case .command(let command): return inline("A line for bash", command)
        case .listing:
            return inline(
                "Put your program here; this only lists each scene", "ls -ld -- {scene.path} > {output_dir}/scene.txt")
        }
    }

    private func inline(_ what: String, _ command: String) -> String {
        """
        # \(what). {scene.path} is the scene, {output_dir} where results go,
        # {point.NAME} a value of the sweep. Several steps: 'stages', as in templates/pipelines.
        pipeline:
          command: \(YAMLScalar.text(command))
        """
    }

    private var sweep: String {
        let example =
            switch pipeline {
            case .preset("cellpipe"): "segment.threshold_sigma: [3, 4]"
            case .preset("my3dis"): "tracker.iou_threshold: [0.5, 0.6]"
            default: "lr: [0.1, 0.01]"
            }
        let use = pipeline.isPreset ? "STAGE.KEY is a stage's parameter" : "The command sees one as {point.lr}"
        return """
            # Values to run each scene with; all combinations. \(use).
            # sweep:
            #   matrix:
            #     \(example)

            # What one job asks for. Without it a core, and no limit of time on this machine.
            # resources: {cpus: 2, memory: 4G, time: 1h, gpus: 1}
            """
    }

    private var place: String {
        let known = clusters.prefix(20).map { YAMLScalar.comment($0) }.joined(separator: ", ")
        return """
            # Where to run; known here: \(known). Try one with: muster doctor NAME
            cluster: \(YAMLScalar.text(cluster))
            """
    }
}

extension SweepText.Pipeline {
    var isPreset: Bool { if case .preset = self { true } else { false } }
}
