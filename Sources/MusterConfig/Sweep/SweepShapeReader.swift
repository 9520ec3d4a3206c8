import MusterCore
import YAML

extension SweepReader {
    /// The points of `sweep:`; the one without values when it is missing, nil when it has mistakes.
    static func points(_ keyed: Keyed?, files: ConfigFiles) -> [Point]? {
        guard let keyed else { return [.only] }
        let reader = keyed.reader
        let before = reader.found.count
        var shape = SweepShape()
        func add(_ factor: Factor?, at key: String) {
            guard let factor else { return }
            for name in factor.names where shape.factors.contains(where: { $0.names.contains(name) }) {
                reader.report(
                    at: keyed.node(key)?.mark ?? keyed.mark, "the parameter '\(name)' gets its values twice",
                    hint: "each parameter belongs to one of matrix, zip, list, file, random and latin_hypercube")
            }
            shape.factors.append(factor)
        }
        for pair in keyed.table("matrix") {
            let path = keyed.name("matrix.\(pair.key)")
            if let values = SpacingReader.values(pair.value, path, reader) {
                add(Factor(pair.key, values), at: "matrix")
            }
        }
        for group in groups(keyed) { add(zipped(group, keyed), at: "zip") }
        if let node = keyed.node("list") { add(listed(node, keyed.name("list"), reader), at: "list") }
        if let file = keyed.text("file"), let mark = keyed.node("file")?.mark {
            add(PointFile.factor(file, at: mark, reader, files), at: "file")
        }
        for (key, method) in [("random", Sampling.Method.random), ("latin_hypercube", .latinHypercube)] {
            if let inner = keyed.mapping(key) { add(SamplingReader.factor(inner, method), at: key) }
        }
        shape.exclude = keyed.node("exclude").map { rows($0, keyed.name("exclude"), reader) } ?? []
        shape.include = keyed.node("include").map { rows($0, keyed.name("include"), reader) } ?? []
        shape.naming = keyed.text("names").map { PointName($0) }
        shape.cap = keyed.count("max_points") ?? SweepShape.defaultCap
        keyed.finish()
        guard reader.found[before...].allSatisfy({ $0.severity != .error }) else { return nil }
        checkNames(of: shape, keyed)
        do throws(SweepShape.Mistake) {
            return try shape.points()
        } catch {
            report(error, keyed)
            return nil
        }
    }

    private static func report(_ mistake: SweepShape.Mistake, _ keyed: Keyed) {
        let names = keyed.node("names")?.mark ?? keyed.mark
        switch mistake {
        case .tooMany(let count, let cap):
            keyed.reader.report(
                at: keyed.mark,
                "the sweep has \(count.map { "\($0)" } ?? "more than \(cap)") points; expected at most \(cap)",
                hint: "fewer values, or: max_points: \(count ?? cap * 10)")
        case .empty:
            keyed.reader.report(
                at: keyed.mark, "the sweep has no points",
                hint: "'exclude' leaves out all, or a list of values is empty")
        case .twice(let label):
            keyed.reader.report(at: keyed.mark, "the sweep names a point twice: \(label)")
        case .sameName(let name, let first, let second):
            keyed.reader.report(
                at: names, "two points would be called '\(name)': \(first) and \(second)",
                hint: "put what differs into 'names', with enough digits")
        case .unnamed(let label):
            keyed.reader.report(
                at: names, "'sweep.names' has no name for the point \(label)",
                hint: "each parameter that it names must be there, and be a number where it has a format")
        }
    }

    private static func checkNames(of shape: SweepShape, _ keyed: Keyed) {
        let known = shape.factors.flatMap(\.names) + shape.include.flatMap { $0.map(\.key) }
        for name in shape.naming?.names ?? [] where !known.contains(name) {
            let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '{\($0)}'?" } ?? ""
            keyed.reader.report(
                at: keyed.node("names")?.mark ?? keyed.mark,
                "'sweep.names' uses '{\(name)}', which is no parameter\(near)",
                hint: "the parameters: \(known.joined(separator: ", "))")
        }
        for (index, pattern) in shape.exclude.enumerated() {
            for member in pattern where !known.contains(member.key) {
                keyed.reader.report(
                    at: keyed.node("exclude")?.mark ?? keyed.mark,
                    "'sweep.exclude[\(index)]' names '\(member.key)', which is no parameter",
                    hint: "the parameters: \(known.joined(separator: ", "))")
            }
        }
    }

    private static func groups(_ keyed: Keyed) -> [Node] {
        guard let node = keyed.node("zip") else { return [] }
        if case .sequence(let groups) = node.content { return groups }
        return [node]
    }

    private static func zipped(_ group: Node, _ keyed: Keyed) -> Factor? {
        guard let pairs = group.pairs, !pairs.isEmpty else {
            keyed.reader.report(
                at: group.mark, "'\(keyed.name("zip"))' must be a mapping of parameters, not \(group.kind)",
                hint: "such as: zip: {lr: [0.1, 0.01], steps: [100, 1000]}")
            return nil
        }
        let columns = pairs.map {
            SpacingReader.values($0.value, keyed.name("zip.\($0.key)"), keyed.reader, mayRepeat: true)
        }
        guard !columns.contains(nil) else { return nil }
        let values = columns.compactMap(\.self)
        guard Set(values.map(\.count)).count == 1 else {
            let counts = zip(pairs, values).map { "\($0.key) \($1.count)" }.joined(separator: ", ")
            keyed.reader.report(
                at: group.mark, "'\(keyed.name("zip"))' needs as many values for each parameter, not \(counts)")
            return nil
        }
        return Factor(names: pairs.map(\.key), rows: values[0].indices.map { row in values.map { $0[row] } })
    }

    /// Points as a factor: all have the same parameters.
    private static func listed(_ node: Node, _ path: String, _ reader: Reader) -> Factor? {
        let points = rows(node, path, reader)
        guard let first = points.first else { return nil }
        let names = first.map(\.key)
        for (index, point) in points.enumerated() where Set(point.map(\.key)) != Set(names) {
            reader.report(
                at: node.mark,
                "'\(path)[\(index)]' must have the same parameters as the first: \(names.joined(separator: ", "))",
                hint: "points of other parameters go under 'include'")
            return nil
        }
        return Factor(
            names: names, rows: points.map { point in names.map { name in point.first { $0.key == name }!.value } })
    }

    private static func rows(_ node: Node, _ path: String, _ reader: Reader) -> [[JSON.Member]] {
        guard case .sequence(let elements) = node.content, !elements.isEmpty else {
            reader.report(
                at: node.mark, "'\(path)' must be a list of points, not \(node.kind)",
                hint: "such as: [{lr: 0.1, steps: 100}]")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard let pairs = element.pairs, !pairs.isEmpty else {
                reader.report(
                    at: element.mark, "'\(path)[\(index)]' must be a mapping of parameters, not \(element.kind)")
                return nil
            }
            return pairs.map { pair in
                reader.doubt(pair.value)
                return JSON.Member(pair.key, Scalar.value(pair.value))
            }
        }
    }
}
