/// What looks like scenes.
struct DataSet: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// Folders with metadata.json.
        case cellpipe
        /// Folders with outputs/color.
        case my3dis
        /// TIFF files, by this pattern.
        case tiffs(String)
        /// Folders of whatever kind.
        case folders
        /// Files of whatever kind, by this pattern.
        case files(String)
    }

    var kind: Kind
    /// Their folder: `.`, or one below.
    var root: String
    /// Names in their order.
    var scenes: [String]
    /// True where `all` would take in what is no scene, so that the config must name them.
    var mustBeNamed = false

    /// Whether cellpipe may know more of its scenes.
    var isForCellpipe: Bool {
        switch kind {
        case .cellpipe, .tiffs: true
        case .my3dis, .folders, .files: false
        }
    }

    /// Names that are muster's own, or the project's.
    private static let others: Set<String> = [
        "results", "logs", "templates", "cluster-configs", "docs", "src", "scripts", "bin", "node_modules",
        "__pycache__", "venv", "truth",
    ]
    /// What is no data by its ending.
    private static let noData: Set<String> = [
        "yaml", "yml", "md", "txt", "py", "sh", "toml", "cfg", "ini", "log", "ipynb", "lock", "html", "rst",
    ]

    /// Finds them in a folder, or in one of those below. What a pipeline is known for comes first, then what lies nearer.
    static func find(_ top: Listing, below: [String: Listing]) -> DataSet? {
        let inner = below.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .filter { !others.contains($0.key) }
        let places = [(".", top)] + inner.map { ($0.key, $0.value) }
        let looks: [(String, Listing) -> DataSet?] = [cellpipe, my3dis, tiffs]
        for (root, listing) in places {
            if let found = looks.lazy.compactMap({ $0(root, listing) }).first { return found }
        }
        // Several folders side by side are scenes; a single one is rather where they lie.
        if let only = inner.first, inner.count == 1, files(".", top) == nil {
            return anything(only.key, only.value) ?? folders(".", top)
        }
        return anything(".", top)
    }

    private static func anything(_ root: String, _ listing: Listing) -> DataSet? {
        files(root, listing) ?? folders(root, listing)
    }

    private static func cellpipe(_ root: String, _ listing: Listing) -> DataSet? {
        let names = listing.folders.filter(\.hasMetadata).map(\.name)
        return names.isEmpty ? nil : DataSet(kind: .cellpipe, root: root, scenes: names)
    }

    private static func my3dis(_ root: String, _ listing: Listing) -> DataSet? {
        let scenes = listing.folders.filter(\.hasColor).map(\.name)
        guard !scenes.isEmpty else { return nil }
        // Where any folder begins so, only those count; else each folder does, also the one of the results.
        let preferred = listing.folders.map(\.name).filter { $0.hasPrefix("scene_") }
        return DataSet(kind: .my3dis, root: root, scenes: scenes, mustBeNamed: root == "." || preferred != scenes)
    }

    private static func tiffs(_ root: String, _ listing: Listing) -> DataSet? {
        let names = listing.files.filter { $0.lowercased().contains(".tif") }
        guard !names.isEmpty else { return nil }
        let pattern = names.allSatisfy { $0.contains(".tif") } ? "*.tif*" : "*.[tT][iI][fF]*"
        return DataSet(kind: .tiffs(pattern), root: root, scenes: names)
    }

    /// Files of the ending that most of them have.
    private static func files(_ root: String, _ listing: Listing) -> DataSet? {
        let endings = Dictionary(grouping: listing.files) { name in
            name.split(separator: ".").count > 1 ? name.split(separator: ".").last.map { String($0) } ?? "" : ""
        }.filter { ending, _ in
            !ending.isEmpty && ending.utf8.count < 12 && !noData.contains(ending.lowercased())
                && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        }
        let most = endings.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        return most.map { DataSet(kind: .files("*.\($0.key)"), root: root, scenes: $0.value) }
    }

    private static func folders(_ root: String, _ listing: Listing) -> DataSet? {
        let names = listing.folders.map(\.name).filter { !others.contains($0) }
        return names.isEmpty
            ? nil
            : DataSet(
                kind: .folders, root: root, scenes: names,
                mustBeNamed: root == "." || names.count < listing.folders.count)
    }
}
