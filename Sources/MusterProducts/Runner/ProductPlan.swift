import MusterCore

/// Steps, inputs and parameters that agree with each other, and the keys that follow from them.
struct ProductPlan: Sendable {
    let graph: ProductGraph
    let steps: [String: ProductStep]
    let inputs: [String: ProductInput]
    let parameters: ProductParameters

    /// Finds every contradiction that can be found without running anything.
    init(steps: [ProductStep], inputs: [ProductInput], parameters: ProductParameters) throws(ProductError) {
        var types: [String: any Sendable.Type] = [:]
        for input in inputs {
            guard types.updateValue(input.type, forKey: input.name) == nil else { throw .sameInput(input.name) }
        }
        do throws(ProductGraph.Mistake) {
            graph = try ProductGraph(steps, externals: Set(types.keys))
        } catch {
            throw .graph(error)
        }
        for (name, value) in parameters.identity ?? [:] {
            if let place = value.placeNotFinite(under: name) { throw .notFinite(parameter: place) }
        }
        var names: Set<String> = []
        for step in steps {
            guard names.insert(step.name).inserted else { throw .sameStep(step.name) }
            for output in step.outputs {
                guard ProductFolder.isName(output.name) else { throw .badName(output.name) }
                guard types.updateValue(output.value, forKey: output.name) == nil else { throw .sameInput(output.name) }
            }
            for parameter in (step.parameters ?? []).sorted() where parameters.all[parameter] == nil {
                throw .noParameter(parameter, step: step.name, available: parameters.all.keys.sorted())
            }
        }
        for step in steps {
            for (name, type) in zip(step.requires, step.requiredTypes) {
                guard let made = types[name], ObjectIdentifier(made) == ObjectIdentifier(type) else {
                    throw .otherType(product: name, step: step.name)
                }
            }
        }
        var producers: [String: ProductStep] = [:]
        for step in steps {
            for product in step.produces { producers[product] = step }
        }
        self.steps = producers
        self.inputs = Dictionary(inputs.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.parameters = parameters
    }

    /// The step that makes `product`; an error names what there is.
    func producer(of product: String) throws(ProductError) -> ProductStep {
        if let step = steps[product] { return step }
        if inputs[product] != nil { throw .external(product) }
        let available = graph.products
        throw .unknownProduct(
            product, available: available, near: Suggestion.nearest(to: product, in: available))
    }

    /// The parameters that `step` is given and that results depend on, sorted; nil when nobody said which these are.
    func config(of step: ProductStep) -> [JSON.Member]? {
        parameters.identity.map { identity in
            identity.filter { step.parameters?.contains($0.key) ?? true }.sorted { $0.key < $1.key }
                .map { JSON.Member($0.key, $0.value) }
        }
    }

    /// The key of what `step` makes out of what has these keys; nil when one of them, or what counts, is not known.
    func key(of step: ProductStep, requires: [String: CacheKey?]) -> CacheKey? {
        let known = requires.compactMapValues { $0 }
        guard let config = config(of: step), known.count == requires.count else { return nil }
        return CacheKey(step: step.name, code: step.code, parameters: config, requires: known)
    }

    /// The keys of all products, with the inputs' as they are now.
    func keys(inputs: [String: CacheKey]) -> [String: CacheKey] {
        var keys = inputs
        for outside in graph.steps {
            guard let step = steps[outside.produces.first ?? ""] else { continue }
            let requires = Dictionary(step.requires.map { ($0, keys[$0]) }, uniquingKeysWith: { $1 })
            guard let key = key(of: step, requires: requires) else { continue }
            for product in step.produces { keys[product] = key }
        }
        return keys
    }
}
