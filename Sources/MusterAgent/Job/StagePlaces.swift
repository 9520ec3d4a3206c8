import MusterCore

/// Folders in which finished stages of a row may lie: where a run takes them over from, and where a look at products finds
/// them.
struct StagePlaces {
    /// One of them.
    struct Place {
        let folder: String
        /// It is an attempt's, which nobody else will use.
        let isPrivate: Bool
    }

    /// The pipeline's stages.
    let stages: [StageSpec]
    /// The folder of all results.
    let root: String
    /// Whether there was a store when this began.
    let hasStore: Bool
    /// Names of attempts by the folder around them and by what is before their `.attempt.`, the latest first.
    private var attemptNames: [String: [String: [String]]] = [:]

    init(stages: [StageSpec], root: String) {
        self.stages = stages
        self.root = root
        hasStore = Files.exists(OutputPaths.store(below: root))
    }

    /// The places for the stages `wanted` of a row with these keys: the store, attempts, the row's own older result, and for a
    /// stage run the results of those who would take its products.
    mutating func places(
        of row: JobRow, wanted: [Int], keys: [String], users: [JobRow], own attempt: String? = nil, isRepeated: Bool
    ) -> [Place] {
        var places: [Place] = []
        if hasStore || !row.uses.isEmpty || row.stages != nil {
            places += wanted.map {
                Place(folder: OutputPaths.stored(stages[$0].name, key: keys[$0], below: root), isPrivate: false)
            }
        }
        places += attempts(of: row.output, own: attempt, isRepeated: isRepeated).map {
            Place(folder: $0, isPrivate: true)
        }
        places.append(Place(folder: row.output, isPrivate: false))
        if row.stages != nil {
            let others = users.flatMap { [$0.output] + $0.from } + row.from
            var seen: Set<String> = [row.output]
            places += others.filter { seen.insert($0).inserted }.map { Place(folder: $0, isPrivate: false) }
        }
        return places
    }

    /// Folders of other attempts at a result, the latest first. The folder around it is read once, or again when the row has
    /// been tried before.
    mutating func attempts(of output: String, own attempt: String?, isRepeated: Bool) -> [String] {
        guard let slash = output.lastIndex(of: "/") else { return [] }
        let parent = String(output[..<slash])
        if isRepeated { attemptNames[parent] = nil }
        if attemptNames[parent] == nil {
            let names = (Files.names(in: parent) ?? []).filter { $0.contains(Self.mark) }.sorted(by: >)
            attemptNames[parent] = Dictionary(grouping: names, by: Self.stem)
        }
        return (attemptNames[parent]?[".\(output[slash...].dropFirst())"] ?? []).map { "\(parent)/\($0)" }
            .filter { $0 != attempt }
    }

    private static let mark = ".attempt."

    /// What is before the last mark: a run's id has none.
    private static func stem(_ name: String) -> String {
        name.ranges(of: mark).last.map { String(name[..<$0.lowerBound]) } ?? name
    }

    /// A folder was made just now: nothing was tried in it.
    mutating func isNew(_ folder: String) { attemptNames[folder] = [:] }
}
