/// The products of a pipeline's stages by their names.
///
/// A stage that declares none goes by its own name, so that it too can be asked for.
public struct StageProducts: Sendable {
    /// The stages, in the order in which they run.
    public let stages: [StageSpec]
    /// Which waits for which.
    public let graph: StageGraph
    /// For each stage the names of what it makes, at least one.
    public let names: [[String]]

    /// No stage makes what was asked for.
    public struct Unknown: Error, Equatable {
        /// The name.
        public var name: String
        /// What there is, in the order in which it is made.
        public var known: [String]
        /// The nearest of those.
        public var near: String? { Suggestion.nearest(to: name, in: known) }
    }

    /// Names what the stages make.
    public init(_ stages: [StageSpec]) {
        self.stages = stages
        graph = StageGraph(stages)
        let taken = Set(stages.flatMap(\.produces))
        names = stages.map { stage in
            guard stage.produces.isEmpty else { return stage.produces }
            return [taken.contains(stage.name) ? "stage.\(stage.name)" : stage.name]
        }
    }

    /// All names, in the order in which the products are made.
    public var all: [String] { names.flatMap(\.self) }

    /// The place of the stage that makes a product.
    public func stage(of product: String) throws(Unknown) -> Int {
        guard let index = names.firstIndex(where: { $0.contains(product) }) else {
            throw Unknown(name: product, known: all)
        }
        return index
    }

    /// The products of what waits for the stages, directly or not.
    public func invalidated(by stages: Set<Int>) -> [String] { graph.dependents(of: stages).flatMap { names[$0] } }

    /// A stage as the graph of products sees it.
    public struct Step: ProducesProducts, Hashable, Sendable {
        public let name: String
        public let requires: [String]
        public let produces: [String]
    }

    /// The stages with what they wait for, said in products. A stage that declares nothing waits for all before it; of those
    /// only the last ones are named.
    public var steps: [Step] {
        stages.indices.map { index in
            let declared = stages[index].requires
            var needs = graph.needs[index].filter { Set(names[$0]).isDisjoint(with: declared) }
            needs.removeAll { need in
                graph.needs[index].contains { $0 != need && graph.closure(of: [$0]).contains(need) }
            }
            return Step(
                name: stages[index].name, requires: declared + needs.flatMap { names[$0] }, produces: names[index])
        }
    }
}
