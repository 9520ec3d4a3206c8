public import MusterCore

/// A piece of work that makes products out of others.
///
/// What it may depend on is declared, and nothing else is handed to it: so a key that holds all that was declared
/// holds all that counts.
public struct ProductStep: ProducesProducts, Sendable {
    /// Its name, unique in a runner.
    public let name: String
    /// Which version of its code it is. It is part of the key: count it up when what the code does changes.
    public let code: String
    /// The parameters that it is given; nil for all.
    public let parameters: Set<String>?
    /// Products and inputs that it is given.
    public let requires: [String]
    /// What it makes.
    public var produces: [String] { outputs.map(\.name) }

    /// Types of what it requires, in the order of `requires`.
    let requiredTypes: [any Sendable.Type]
    let outputs: [KeptProduct]
    /// The work: values in the order of `outputs`.
    let run: @Sendable (ProductInputs) async throws -> [any Sendable]

    /// Describes a step that makes one product.
    public init<Value>(
        _ name: String, code: String, parameters: Set<String>? = nil, requires: [any ProductHandle] = [],
        produces: Product<Value>, run: @escaping @Sendable (ProductInputs) async throws -> Value
    ) {
        self.init(name, code, parameters, requires, [KeptProduct(produces)]) { [try await run($0)] }
    }

    /// Describes a step that makes several products: `run` returns a tuple, one value for each.
    public init<each Value: Sendable>(
        _ name: String, code: String, parameters: Set<String>? = nil, requires: [any ProductHandle] = [],
        produces: repeat Product<each Value>,
        run: @escaping @Sendable (ProductInputs) async throws -> (repeat each Value)
    ) {
        var outputs: [KeptProduct] = []
        repeat outputs.append(KeptProduct(each produces))
        self.init(name, code, parameters, requires, outputs) { inputs in
            let values = try await run(inputs)
            var list: [any Sendable] = []
            repeat list.append(each values)
            return list
        }
    }

    private init(
        _ name: String, _ code: String, _ parameters: Set<String>?, _ requires: [any ProductHandle],
        _ outputs: [KeptProduct], run: @escaping @Sendable (ProductInputs) async throws -> [any Sendable]
    ) {
        func valueType<Handle: ProductHandle>(of handle: Handle) -> any Sendable.Type { Handle.Value.self }
        (self.name, self.code, self.parameters) = (name, code, parameters)
        self.requires = requires.map { $0.name }
        self.requiredTypes = requires.map { valueType(of: $0) }
        (self.outputs, self.run) = (outputs, run)
    }
}

/// Something that steps require and no step makes: a value, or a user's file.
public struct ProductInput: Sendable {
    /// Its name.
    public let name: String
    let type: any Sendable.Type
    let value: any Sendable
    let key: @Sendable () throws -> CacheKey
    let changeMark: @Sendable () throws -> String?

    /// Gives `product` a value from outside. Its key is its content's, so a changed file makes stale what was made of it.
    public init<Value: Sendable>(_ product: Product<Value>, _ value: Value) {
        let storage = product.storage
        name = product.name
        type = Value.self
        self.value = value
        key = { try storage.key(of: value) }
        changeMark = { try storage.changeMark(of: value) }
    }
}

/// What steps may read beside products.
public struct ProductParameters: Hashable, Sendable {
    /// What results depend on; in the keys. Nil when nobody knows: then nothing has a key, and nothing kept by an earlier
    /// process is taken for fresh.
    public var identity: [String: JSON]?
    /// What results do not depend on, such as how much to print; in no key.
    public var others: [String: JSON]

    /// Makes parameters.
    public init(identity: [String: JSON]?, others: [String: JSON] = [:]) {
        (self.identity, self.others) = (identity, others)
    }

    /// All of them; where both name one, the identity's counts.
    var all: [String: JSON] { others.merging(identity ?? [:]) { $1 } }
}
