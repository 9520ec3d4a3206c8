extension ProductGraph {
    /// Why there is no order.
    public enum Mistake: Error, Hashable, Sendable {
        /// Two steps produce one product; the names are equal when one step names it twice.
        case twoProducers(product: String, first: String, second: String)
        /// No step produces it.
        case unknownProduct(String, stage: String, near: String?)
        /// Steps that wait for each other, the first named again at the end.
        case cycle([String])
    }

    /// The steps so that each comes after those whose products it requires; otherwise the order of the list is kept.
    ///
    /// - Parameter externals: what may be required though no step produces it.
    public static func ordered<Maker: ProducesProducts>(
        _ steps: [Maker], externals: Set<String> = []
    ) throws(Mistake) -> [Maker] {
        var producer: [String: Int] = [:]
        for (index, step) in steps.enumerated() {
            for product in step.produces {
                if let first = producer[product] {
                    throw .twoProducers(product: product, first: steps[first].name, second: step.name)
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
                throw .cycle((path[start...] + [index]).map { steps[$0].name })
            }
            path.append(index)
            for product in steps[index].requires {
                guard let source = producer[product] else {
                    if externals.contains(product) { continue }
                    let known = Array(producer.keys) + externals
                    throw .unknownProduct(
                        product, stage: steps[index].name, near: Suggestion.nearest(to: product, in: known))
                }
                try visit(source)
            }
            path.removeLast()
            done.insert(index)
            order.append(index)
        }
        for index in steps.indices { try visit(index) }
        return order.map { steps[$0] }
    }
}
