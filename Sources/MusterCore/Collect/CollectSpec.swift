/// What of a run's results comes home, where it lies there, and how it travels.
public struct CollectSpec: Hashable, Sendable {
    /// Which files.
    public enum Files: Hashable, Sendable {
        /// Summaries: what the pipeline calls so, else texts and tables; and assets that programs named.
        case summaries
        /// Everything.
        case all
        /// Patterns of paths in a job's folder, or of names.
        case globs([String])
    }

    /// Which files.
    public var files = Files.summaries
    /// Besides, all that these stages made, and what these products consist of.
    public var stages: [String] = [], products: [String] = []
    /// Folders of jobs at home, below the results' folder, with `{scene.name}` and the like; nil for the same as there.
    public var layout: String?
    /// A JSON, JSON lines, CSV or YAML file of a job with its metrics; nil for `metrics.jsonl`.
    public var metrics: String?
    /// How it travels.
    public var terms = TransferTerms()

    /// The defaults.
    public init() {}

    /// `{"files","stages","products","layout","metrics",...}` without what is as usual; `"all"` or an array for files alone.
    public var json: JSON? {
        let files: JSON? =
            switch self.files {
            case .summaries: nil
            case .all: "all"
            case .globs(let globs): .strings(globs)
            }
        let rest = JSON.object([
            "stages": stages.isEmpty ? nil : .strings(stages), "products": products.isEmpty ? nil : .strings(products),
            "layout": layout.map(JSON.string), "metrics": metrics.map(JSON.string),
            "terms": terms == TransferTerms() ? nil : terms.json,
        ])
        guard let members = rest.members, !members.isEmpty else { return files }
        return .object((files.map { [JSON.Member("files", $0)] } ?? []) + members)
    }

    /// Reads what `json` writes.
    public init(json: JSON?) {
        let files = json?.members == nil ? json : json?["files"]
        switch files {
        case .string("all"): self.files = .all
        case .array(let globs): self.files = .globs(globs.compactMap(\.string))
        default: break
        }
        stages = (json?["stages"]?.array ?? []).compactMap(\.string)
        products = (json?["products"]?.array ?? []).compactMap(\.string)
        layout = json?["layout"]?.string
        metrics = json?["metrics"]?.string
        terms = (json?["terms"]).map(TransferTerms.init(json:)) ?? TransferTerms()
    }
}
