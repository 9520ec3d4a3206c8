public import MusterCore
import Synchronization

/// What a running step is given.
public struct ProductInputs: Sendable {
    let step: String
    let values: [String: any Sendable]
    let parameters: [String: JSON]
    /// The folder of what is being made, by product.
    let folders: [String: String]
    let notes = Notes()

    /// The value of a product that the step requires.
    public subscript<Value>(_ product: Product<Value>) -> Value {
        get throws(ProductError) {
            guard let value = values[product.name] else { throw .notDeclared(product: product.name, step: step) }
            guard let value = value as? Value else { throw .otherType(product: product.name, step: step) }
            return value
        }
    }

    /// A parameter that the step is given.
    public func parameter(_ name: String) throws(ProductError) -> JSON {
        guard let value = parameters[name] else {
            throw .noParameter(name, step: step, available: parameters.keys.sorted())
        }
        return value
    }

    /// Has the manifest say `value` under `key` in the metadata of what the step makes; the last word counts.
    public func note(_ key: String, _ value: JSON) {
        notes.members.withLock { $0[key] = value }
    }

    /// An empty folder for the files of a product that the step makes; what it does not name in the end is removed. It
    /// moves to its place when the step has succeeded, and goes when it fails.
    public func folder(for product: Product<[String]>) throws(ProductError) -> String {
        guard let folder = folders[product.name] else { throw .notDeclared(product: product.name, step: step) }
        return folder
    }
}

/// What a step has said of its products so far.
final class Notes: Sendable {
    let members = Mutex<[String: JSON]>([:])

    /// All of it, sorted.
    var sorted: [JSON.Member] {
        members.withLock { $0.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) } }
    }
}
