import MusterCore
import YAML

extension My3DIS {
    /// Spellings of `prompt_mode` and what they stand for.
    private static let promptModes = [
        "all_mask": "all_mask", "none": "all_mask", "lt_bbox": "long_tail", "long_tail": "long_tail",
        "all_bbox": "all_bbox", "all": "all_bbox",
    ]

    static func trackerParameters(
        _ keyed: Keyed, _ experiment: Keyed, _ ssam: JSON, _ hasCandidates: Bool, _ options: SweepReader.Options
    ) -> [JSON.Member] {
        let levels = keyed.node("levels").flatMap { self.levels($0, keyed.name("levels"), keyed.reader) }.map(
            JSON.array)
        func file(_ key: String, _ variable: String) -> JSON {
            (keyed.text(key) ?? experiment.text(key) ?? options.variables[variable]).map(JSON.string) ?? .null
        }
        let mode = promptMode(keyed)
        sampling(keyed)
        return [
            .init("levels", levels ?? ssam["levels"] ?? .null),
            .init("max_propagate", propagation(keyed).map { .int($0) } ?? .null),
            .init("iou_threshold", .double(keyed.number("iou_threshold") ?? 0.6)),
            .init("mask_scale_ratio", ratio(keyed, ssam, hasCandidates).map { .double($0) } ?? .null),
            .init("long_tail", .bool(mode == "long_tail")), .init("all_bbox", .bool(mode == "all_bbox")),
            .init("render_viz", .bool(keyed.flag("render_viz") ?? true)),
            .init("sam2_cfg", file("sam2_cfg", "MY3DIS_SAM2_CFG")),
            .init("sam2_ckpt", file("sam2_ckpt", "MY3DIS_SAM2_CKPT")),
        ]
    }

    private static func promptMode(_ keyed: Keyed) -> String {
        guard let node = keyed.node("prompt_mode"),
            let text = Scalar.text(node, name: keyed.name("prompt_mode"), keyed.reader)
        else { return "all_mask" }
        if let mode = promptModes[text.trimming().lowercased()] { return mode }
        let words = promptModes.keys.sorted()
        let near = Suggestion.nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
        keyed.reader.report(
            at: node.mark, "'\(keyed.name("prompt_mode"))' can't be '\(text)'\(near)",
            hint: "one of: \(words.joined(separator: ", "))")
        return "all_mask"
    }

    /// The first that is not nothing and not 0: 0 means no limit. What is no number is no limit either, with a warning.
    private static func propagation(_ keyed: Keyed) -> Int? {
        for key in ["max_propagate", "sam2_max_propagate"] {
            guard let node = keyed.node(key) else { continue }
            guard case .scalar(_, isPlain: true) = node.content, let number = integer(node) else {
                keyed.reader.report(
                    .warning, at: node.mark, "'\(keyed.name(key))' is no number: \(shown(node)); no limit is taken")
                continue
            }
            if number != 0 { return number }
        }
        return nil
    }

    /// The factor by which masks are made smaller; nil for full size. Without a word of its own the stage follows `ssam`.
    private static func ratio(_ keyed: Keyed, _ ssam: JSON, _ hasCandidates: Bool) -> Double? {
        let manifest = hasCandidates && ssam["downscale_masks"]?.bool == true ? ssam["downscale_ratio"]?.double ?? 1 : 1
        let ratio = keyed.number("downscale_ratio") ?? (manifest < 1 ? manifest : 0.3)
        guard keyed.flag("downscale_masks") ?? (manifest < 1) else { return nil }
        guard ratio > 0, ratio <= 1 else {
            keyed.reader.report(
                at: keyed.node("downscale_ratio")?.mark ?? keyed.mark,
                "'\(keyed.name("downscale_ratio"))' can't be \(ratio)", hint: "expected a number above 0 and at most 1")
            return nil
        }
        return ratio
    }

    private static func sampling(_ keyed: Keyed) {
        guard let inner = keyed.mapping("comparison_sampling") else { return }
        _ = whole(inner, "stride", least: 1)
        _ = whole(inner, "max_frames", least: 0)
        inner.finish(unknown: .warning)
    }
}
