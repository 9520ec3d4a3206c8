/// The order of stages by what they require and produce.
public enum ProductGraph {
    /// Why there is no order.
    public enum Mistake: Error, Hashable, Sendable {
        /// Two stages produce one product.
        case twoProducers(product: String, first: String, second: String)
        /// No stage produces it.
        case unknownProduct(String, stage: String, near: String?)
        /// Stages that wait for each other, the first named again at the end.
        case cycle([String])
    }

    /// The stages so that each comes after those whose products it requires; otherwise the order of the list is kept.
    public static func ordered(_ stages: [StageSpec]) throws(Mistake) -> [StageSpec] {
        var producer: [String: Int] = [:]
        for (index, stage) in stages.enumerated() {
            for product in stage.produces {
                if let first = producer[product] {
                    throw .twoProducers(product: product, first: stages[first].name, second: stage.name)
                }
                producer[product] = index
            }
        }
        var order: [Int] = []
        var done: Set<Int> = []
        var path: [Int] = []
        func visit(_ index: Int) throws(Mistake) {
            guard !done.contains(index) else { return }
            if let start = path.firstIndex(of: index) {
                throw .cycle((path[start...] + [index]).map { stages[$0].name })
            }
            path.append(index)
            for product in stages[index].requires {
                guard let source = producer[product] else {
                    throw .unknownProduct(
                        product, stage: stages[index].name, near: Suggestion.nearest(to: product, in: producer.keys))
                }
                try visit(source)
            }
            path.removeLast()
            done.insert(index)
            order.append(index)
        }
        for index in stages.indices { try visit(index) }
        return order.map { stages[$0] }
    }
}
