/// Stage runs that several jobs of a scene share, since their keys are equal: each is done once and its products are
/// handed to all.
///
/// Which points share a stage does not depend on the scene, so groups of points are formed once; each group has a stage run
/// for every scene.
struct SharedRuns {
    /// Stages that the same points share.
    struct Group {
        /// The stages, by their places, in order. Those before the ones that are shared which no other group makes stand
        /// among them.
        var stages: [Int]
        /// The points, by their places.
        var points: [Int]
        /// What the products of each of its stages are made by.
        var recipes: [[UInt8]]
        /// Groups whose products it takes, by their places.
        var uses: [Int] = []
    }

    /// The groups, those that others take products from first.
    private(set) var groups: [Group] = []
    /// For each point its groups.
    private(set) var ofPoint: [[Int]]

    /// Finds the groups. `recipes` has for each point what its stages are made by, without the scene; `wanted` which of them
    /// it needs, where not all.
    init(stages: [StageSpec], recipes: [[[UInt8]]], wanted: [Set<Int>]? = nil) {
        ofPoint = Array(repeating: [], count: recipes.count)
        graph = StageGraph(stages)
        guard recipes.count > 1 else { return }
        var place: [[Int]: Int] = [:]
        for index in stages.indices where stages[index].sharing != .never {
            var points: [[UInt8]: [Int]] = [:]
            for point in recipes.indices where wanted?[point].contains(index) ?? true {
                points[recipes[point][index], default: []].append(point)
            }
            for members in points.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
                if let known = place[members] {
                    groups[known].stages.append(index)
                } else {
                    place[members] = groups.count
                    groups.append(Group(stages: [index], points: members, recipes: []))
                }
            }
        }
        for number in groups.indices {
            for point in groups[number].points { ofPoint[point].append(number) }
        }
        let shared = groups.map { Set($0.stages) }
        for number in groups.indices {
            let first = groups[number].points[0]
            var needed = Set(graph.closure(of: groups[number].stages))
            for other in ofPoint[first] where other != number && !needed.isDisjoint(with: shared[other]) {
                groups[number].uses.append(other)
                needed.subtract(shared[other])
            }
            groups[number].stages = needed.sorted()
            groups[number].recipes = groups[number].stages.map { recipes[first][$0] }
        }
    }

    private let graph: StageGraph

    /// Whether the last of some stages waits for all the others.
    func isOne(_ stages: [Int]) -> Bool { Set(stages).isSubset(of: graph.closure(of: stages.suffix(1))) }

    /// The names of the values that the products of a group depend on.
    func names(of group: Group, _ identity: StageIdentity, at point: Point) -> Set<String> {
        Set(graph.closure(of: group.stages).flatMap { identity.values(of: $0, at: point).map(\.key) })
    }

    /// Stage runs that are saved for each scene.
    var saved: Int { groups.reduce(0) { $0 + ($1.points.count - 1) * $1.stages.count } }
}

extension Planner {
    /// A row that runs some stages and is published in the store under the last one's key; it has neither place nor id yet.
    ///
    /// Its key is the last stage's where the others are what that one waits for: then two rows of one place are one, however many
    /// of those stages they name.
    static func stageRun(
        _ stages: [Int], _ recipes: [[UInt8]], scene: Scene, point: Point, _ input: PlanInput, isOne: Bool
    ) -> JobRow {
        let keys = recipes.map { StageIdentity.key(recipe: $0, scene: scene) }
        let (last, name) = (keys.last ?? "", stages.last.map { input.stages[$0].name } ?? "")
        var row = JobRow(
            index: 0, id: "", scene: scene, point: point,
            output: OutputPaths.stored(name, key: last, below: input.outputRoot),
            key: isOne ? last : SHA256.hex(JSON.strings(keys).bytes))
        row.stages = stages
        return row
    }

    /// The rows of the shared stage runs behind the `jobs`, scene by scene in each group, and what each job takes from
    /// them.
    static func share(_ shared: SharedRuns, among jobs: inout [JobRow], _ input: PlanInput, _ identity: StageIdentity)
        -> [JobRow]
    {
        guard !shared.groups.isEmpty else { return [] }
        let scenes = input.scenes.count
        let first = jobs.count
        var rows: [JobRow] = []
        var sorts: [[Int]: Int] = [:]
        for group in shared.groups { sorts[group.stages, default: 0] += 1 }
        for group in shared.groups {
            let point = input.points[group.points[0]]
            let names = shared.names(of: group, identity, at: point)
            let values = point.values.filter { names.contains($0.key) }
            let title = group.stages.map { input.stages[$0].name }.joined(separator: "+")
            let isOne = shared.isOne(group.stages)
            for scene in input.scenes {
                var row = stageRun(
                    group.stages, group.recipes, scene: scene, point: Point(id: "", values: values), input,
                    isOne: isOne)
                let tail = (sorts[group.stages] ?? 0) > 1 ? "/\(row.output.suffix(24).prefix(8))" : ""
                row.index = first + rows.count
                row.id = "shared/\(title)/\(scene.name)\(tail)"
                row.uses = group.uses.map { first + $0 * scenes + rows.count % scenes }
                rows.append(row)
            }
        }
        for (point, groups) in shared.ofPoint.enumerated() where !groups.isEmpty {
            for scene in 0..<scenes {
                jobs[point * scenes + scene].uses = groups.map { first + $0 * scenes + scene }
            }
        }
        return rows
    }
}
