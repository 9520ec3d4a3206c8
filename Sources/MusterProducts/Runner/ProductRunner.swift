import Glibc
public import MusterCore

/// Makes products when they are asked for and keeps them: out of memory, else from disk while they are fresh, else by
/// running the step that makes them, after those that it needs.
///
/// What is kept stays what it was until something new is complete; a step that fails leaves nothing behind. Runners of
/// several processes may share a folder. Two steps that do not need each other may run side by side; one step never runs
/// twice at once.
public actor ProductRunner {
    /// What is made out of what.
    public nonisolated var graph: ProductGraph { plan.graph }
    /// Where products are kept.
    public nonisolated let folder: ProductFolder

    let plan: ProductPlan
    var memory: [String: HeldProduct] = [:]
    /// Steps that are looked for on disk or run, by name.
    var flights: [String: Flight] = [:]
    /// Steps that were said to build.
    var building: Set<String> = []
    var observers: [@Sendable (ProductEvent) -> Void] = []
    /// What is known of inputs, by name.
    var outside: [String: Result<InputKey, any Error>] = [:] {
        didSet { knownKeys = nil }
    }
    /// The keys of all products with these inputs, once they were asked for.
    var knownKeys: [String: CacheKey]?
    var turns: Turns
    var passes = PassBook()
    /// The runner on whose behalf a step runs.
    @TaskLocal static var runner: ObjectIdentifier?

    /// An input's key with what told its content when the key was made.
    struct InputKey: Sendable {
        var mark: String?
        var key: CacheKey
    }

    /// A step at work, for a product that was asked for first.
    struct Flight {
        var product: String
        var task: Task<HeldProduct, any Error>
    }

    /// Checks that everything fits together; nothing is read or run.
    ///
    /// - Parameter atOnce: How many steps may run at a time; nil for as many as there are processors.
    public init(
        folder: ProductFolder, steps: [ProductStep], inputs: [ProductInput] = [], parameters: ProductParameters,
        atOnce: Int? = nil
    ) throws(ProductError) {
        plan = try ProductPlan(steps: steps, inputs: inputs, parameters: parameters)
        self.folder = folder
        turns = Turns(free: max(1, atOnce ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Has `observer` told of every event from now on, in order. It is called inside the runner: it should be quick.
    public func observe(_ observer: @escaping @Sendable (ProductEvent) -> Void) { observers.append(observer) }

    /// The value of a product, made where it is not there or not fresh.
    public func get<Value>(_ product: Product<Value>) async throws -> Value {
        let made = try plan.producer(of: product.name).outputs.first { $0.name == product.name }?.value
        let mistake = ProductError.otherValue(
            product: product.name, asked: "\(Value.self)", made: "\(made ?? Value.self)")
        guard made == Value.self else { throw mistake }
        guard let value = try await ask(product.name).value as? Value else { throw mistake }
        return value
    }

    /// As `get`, for those who do not need the value.
    public func build(_ product: String) async throws { _ = try await ask(product) }

    /// Runs the product's step even where the product is fresh. The old one stays until the new one is there.
    ///
    /// - Parameter downstream: Whether what is made of it is invalidated then. The keys alone don't, since they are the
    ///   same as before.
    public func rebuild(_ product: String, downstream: Bool = false) async throws {
        _ = try await ask(product, anew: true)
        if downstream { try await forget(graph.downstream(of: product)) }
    }

    /// Makes all that no other step requires, and what that needs; returns their names, sorted.
    ///
    /// Where a step fails, what does not need it is built nevertheless, and then `StepFailures` is thrown.
    @discardableResult
    public func buildAll() async throws -> [String] {
        try refuseSteps("all")
        await lookOutside(Array(plan.inputs.keys))
        let pass = passes.begin(sideBySide: true)
        defer { passes.end(pass) }
        let leaves = graph.leaves
        let errors = await errors(of: leaves, pass)
        if let other = errors.first(where: { !($0 is StepFailure) }) { throw other }
        let failures = Dictionary(
            errors.compactMap { $0 as? StepFailure }.map { ($0.step, $0) }, uniquingKeysWith: { $1 })
        guard failures.isEmpty else { throw StepFailures(failures: failures.values.sorted { $0.step < $1.step }) }
        return leaves
    }

    /// What would be stale if `product` changed: all that is made of it, sorted.
    public nonisolated func whatInvalidates(_ product: String) throws(ProductError) -> [String] {
        if plan.inputs[product] == nil { _ = try plan.producer(of: product) }
        return graph.downstream(of: product)
    }

    /// Forgets a product in memory and on disk; a user's own file stays. Waits for its step where that is at work.
    public func invalidate(_ product: String, downstream: Bool = false) async throws {
        try refuseSteps(product)
        _ = try plan.producer(of: product)
        try await forget([product] + (downstream ? graph.downstream(of: product) : []))
    }

    private func forget(_ products: [String]) async throws {
        for product in products {
            while let flight = flights[try plan.producer(of: product).name] { _ = await flight.task.result }
        }
        try folder.remove(products)
        for product in products { memory[product] = nil }
    }

    /// A step that asks its own runner would wait for itself, or for its turn.
    private func refuseSteps(_ product: String) throws(ProductError) {
        if Self.runner == ObjectIdentifier(self) { throw .fromStep(product) }
    }

    private func ask(_ product: String, anew: Bool = false) async throws -> HeldProduct {
        try refuseSteps(product)
        _ = try plan.producer(of: product)
        await lookOutside(graph.upstream(of: product))
        let pass = passes.begin(sideBySide: false)
        defer { passes.end(pass) }
        return try await value(product, pass, anew: anew)
    }
}
