/// Something that makes products out of others: a stage of a pipeline, a step of a runner.
public protocol ProducesProducts {
    /// Its name, unique among those that are looked at together.
    var name: String { get }
    /// Products that must be there before it starts.
    var requires: [String] { get }
    /// What it makes.
    var produces: [String] { get }
}

extension StageSpec: ProducesProducts {}

/// What is made out of what: steps in an order in which they can be run, and what follows from it.
///
/// It knows nothing of how a product is stored or whether it is there, so it serves stages on a cluster and steps in a
/// process alike.
public struct ProductGraph: Hashable, Sendable {
    /// One step without what it does.
    public struct Step: ProducesProducts, Hashable, Sendable {
        public var name: String
        public var requires: [String]
        public var produces: [String]

        /// The outer side of `step`.
        public init(_ step: some ProducesProducts) {
            (name, requires, produces) = (step.name, step.requires, step.produces)
        }
    }

    /// Each after those whose products it requires; otherwise in the order in which they were given.
    public let steps: [Step]
    /// What is required and comes from outside, sorted.
    public let externals: [String]
    /// Where in `steps` the producer of a product is.
    private let producers: [String: Int]

    /// Orders `steps`. What `externals` names needs no producer; one of them that a step produces comes from the step.
    public init<Maker: ProducesProducts>(_ steps: [Maker], externals: Set<String> = []) throws(Mistake) {
        let ordered = try Self.ordered(steps, externals: externals).map { Step($0) }
        var producers: [String: Int] = [:]
        for (index, step) in ordered.enumerated() {
            for product in step.produces { producers[product] = index }
        }
        self.steps = ordered
        self.producers = producers
        self.externals = Set(ordered.flatMap(\.requires)).filter { producers[$0] == nil }.sorted()
    }

    /// What the steps make, sorted.
    public var products: [String] { producers.keys.sorted() }

    /// The step that makes `product`; nil when none does.
    public func producer(of product: String) -> Step? { producers[product].map { steps[$0] } }

    /// Products that no step requires, sorted: with them everything is made.
    public var leaves: [String] {
        let required = Set(steps.flatMap(\.requires))
        return producers.keys.filter { !required.contains($0) }.sorted()
    }

    /// What is made out of `product`, directly or not, sorted; not the product itself, nor what its step makes beside it.
    public func downstream(of product: String) -> [String] {
        var found: Set<String> = []
        // The order of the steps makes one pass enough.
        for step in steps where step.requires.contains(where: { $0 == product || found.contains($0) }) {
            found.formUnion(step.produces)
        }
        return found.subtracting([product]).sorted()
    }

    /// What `product` is made out of, directly or not, sorted; what comes from outside is among it, itself is not.
    public func upstream(of product: String) -> [String] {
        var found: Set<String> = []
        var open = [product]
        while let next = open.popLast() {
            for required in producer(of: next)?.requires ?? [] where found.insert(required).inserted {
                open.append(required)
            }
        }
        return found.sorted()
    }
}
