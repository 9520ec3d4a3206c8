import MusterCore
import YAML

/// Reads `collect`: `all`, patterns, or a mapping.
enum CollectReader {
    static func spec(_ root: Keyed) -> CollectSpec {
        var spec = CollectSpec()
        guard let node = root.node("collect") else { return spec }
        guard node.pairs != nil, let keyed = root.mapping("collect") else {
            spec.files = files(root.texts("collect"))
            return spec
        }
        defer { keyed.finish() }
        spec.files = files(keyed.texts("files"))
        spec.stages = keyed.texts("stages") ?? []
        spec.products = keyed.texts("products") ?? []
        spec.layout = keyed.text("layout")
        spec.metrics = keyed.value("metrics", expected: "a file's path that ends in .json, .jsonl, .csv or .yaml") {
            Metrics.Form(name: $0) != nil && ResultFile.isInside($0) ? $0 : nil
        }
        spec.terms = TransferReader.terms(keyed)
        return spec
    }

    /// Names stages and products that the pipeline does not have.
    static func check(_ spec: CollectSpec, _ pipeline: PipelineSpec, at mark: Mark, _ reader: Reader) {
        let products = pipeline.stages.flatMap(\.files.keys).sorted()
        for (words, known, what, hint) in [
            (spec.stages, pipeline.stages.map(\.name), "stage", "stages"),
            (spec.products, products, "product with files of its own", "products whose files 'produces' names"),
        ] {
            for word in words where !known.contains(word) {
                let near = Suggestion.nearest(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
                reader.report(
                    at: mark, "'collect' names '\(word)', but the pipeline has no such \(what)\(near)",
                    hint: known.isEmpty ? "it has no \(hint)" : "\(hint): \(known.joined(separator: ", "))")
            }
        }
    }

    private static func files(_ globs: [String]?) -> CollectSpec.Files {
        globs == ["all"] ? .all : globs == ["summaries"] ? .summaries : globs.map { .globs($0) } ?? .summaries
    }
}
