/// The rows of a plan that builds products.
extension Planner {
    /// A row for each scene and unit, scene by scene.
    static func rows(_ units: [Unit], _ input: PlanInput, _ identity: StageIdentity) -> [UnitRow] {
        var alike: [[Int]: Int] = [:]
        for unit in units { alike[unit.stages, default: 0] += 1 }
        let points = units.map { point(of: $0, input, identity) }
        return input.scenes.flatMap { scene in
            units.enumerated().map { number, unit in
                var row = run(unit.stages, unit, scene: scene, points[number], input, isOne: true)
                row.id = id(of: row, isOne: alike[unit.stages] == 1, input, identity)
                row.from = unit.points.map {
                    input.layout.folder(of: scene, at: input.points[$0], below: input.outputRoot)
                }
                let asked = unit.points.map { input.sizes.isEmpty ? input.resources : input.sizes[$0] }
                return UnitRow(
                    row: row, unit: number, resources: asked.dropFirst().reduce(asked[0], ResourceClasses.larger))
            }
        }
    }

    /// The point itself where a unit has one; else what its points agree on.
    private static func point(of unit: Unit, _ input: PlanInput, _ identity: StageIdentity) -> Point {
        let point = input.points[unit.points[0]]
        guard unit.points.count > 1 else { return point }
        let names = Set(unit.stages.flatMap { identity.values(of: $0, at: point).map(\.key) })
        return Point(id: "", values: point.values.filter { names.contains($0.key) })
    }

    private static func run(
        _ stages: [Int], _ unit: Unit, scene: Scene, _ point: Point, _ input: PlanInput, isOne: Bool
    ) -> JobRow {
        stageRun(stages, stages.map { unit.recipes[$0] }, scene: scene, point: point, input, isOne: isOne)
    }

    /// A row is called after its stage, point and scene. One that tells its programs the job's name keeps that name.
    private static func id(of row: JobRow, isOne: Bool, _ input: PlanInput, _ identity: StageIdentity) -> String {
        let stages = row.stages ?? []
        let job = row.point.id.isEmpty ? row.scene.name : "\(row.point.id)/\(row.scene.name)"
        if stages.contains(where: identity.namesJob) { return job }
        let name = stages.last.map { input.stages[$0].name } ?? ""
        return "\(name)/\(job)" + (isOne || !row.point.id.isEmpty ? "" : "/\(mark(row))")
    }

    /// What tells stage runs of a scene apart: the beginning of the key in the folder's name.
    private static func mark(_ row: JobRow) -> Substring { row.output.suffix(24).prefix(8) }

    /// The stage runs that several of `rows` share, to stand behind them.
    static func sharedRows(
        _ shared: SharedRuns, _ units: [Unit], among rows: inout [UnitRow], _ input: PlanInput,
        _ identity: StageIdentity
    ) -> [JobRow] {
        var found: [JobRow] = []
        let scenes = Dictionary(grouping: rows.indices) { rows[$0].row.scene }
        for scene in input.scenes {
            let own = scenes[scene] ?? []
            let needed = Set(own.flatMap { shared.ofPoint[rows[$0].unit] }).sorted()
            let first = rows.count + found.count
            let place = Dictionary(uniqueKeysWithValues: needed.enumerated().map { ($1, first + $0) })
            for number in needed {
                let group = shared.groups[number]
                let unit = units[group.points[0]]
                let point = input.points[unit.points[0]]
                let names = shared.names(of: group, identity, at: point)
                let values = point.values.filter { names.contains($0.key) }
                var row = run(
                    group.stages, unit, scene: scene, Point(id: "", values: values), input,
                    isOne: shared.isOne(group.stages))
                let title = group.stages.map { input.stages[$0].name }.joined(separator: "+")
                row.index = rows.count + found.count
                row.id = "shared/\(title)/\(scene.name)/\(mark(row))"
                row.uses = group.uses.compactMap { place[$0] }
                found.append(row)
            }
            for index in own { rows[index].row.uses = shared.ofPoint[rows[index].unit].compactMap { place[$0] } }
        }
        return found
    }
}
