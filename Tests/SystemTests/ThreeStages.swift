import MusterCore
import Testing

/// A config of three stages, of which the first two are alike at all points. Each program writes down in `LOG` that it ran.
func threeStages(_ name: String, at values: String) -> String {
    """
    experiment: {name: \(name), dataset_root: data}
    pipeline:
      stages:
        - name: load
          command: "echo load {scene.name} >> {stage.log}; echo {scene.name} > {output_dir}/loaded; head -c 3000000 /dev/zero > {output_dir}/big"
          parameters: {log: LOG}
          produces: {frames: [loaded, big]}
        - name: mask
          command: "echo mask {scene.name} >> {stage.log}; rev {output_dir}/loaded > {output_dir}/masked"
          parameters: {log: LOG}
          requires: frames
          produces: {masks: masked}
        - name: cut
          command: "echo cut {scene.name} {point.at} >> {stage.log}; cat {output_dir}/masked > {output_dir}/cut; echo {point.at} >> {output_dir}/cut"
          parameters: {log: LOG}
          requires: masks
          produces: cuts
    sweep: {matrix: {at: \(values)}}
    resources: {cpus: 1}
    """
}

extension Lab {
    /// How many of each product's places are cached, on disk, stale and missing, as `products status` tells.
    func productCounts(_ options: [String]) throws -> [[Int64]] {
        let status = try muster(["products", "status"] + options + ["--json"])
        try #require(status.status == 0, "\(status.errors)")
        return (status.json?["products"]?.array ?? []).map { product in
            ["cached", "on_disk", "stale", "missing"].compactMap { product[$0]?.int }
        }
    }
}
