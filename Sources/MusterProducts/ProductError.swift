public import MusterCore

/// Why products can't be made, kept or found.
public enum ProductError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The steps contradict each other.
    case graph(ProductGraph.Mistake)
    /// Two steps have one name, which the keys of their products are told apart by.
    case sameStep(String)
    /// An input has the name of another one or of a product.
    case sameInput(String)
    /// The name can't be a folder's.
    case badName(String)
    /// A step takes a product for something else than its producer makes.
    case otherType(product: String, step: String)
    /// A caller asks for it as something else than its step makes.
    case otherValue(product: String, asked: String, made: String)
    /// Nothing produces it.
    case unknownProduct(String, available: [String], near: String?)
    /// It comes from outside, so it is not built.
    case external(String)
    /// A step names or reads a parameter that is not set, or that it does not name.
    case noParameter(String, step: String, available: [String])
    /// A parameter which results depend on, such as infinity, that no key can tell.
    case notFinite(parameter: String)
    /// A step asked for a product that it does not name in `requires`, or a folder of one it does not produce.
    case notDeclared(product: String, step: String)
    /// What a step returned could not be kept.
    case notKept(product: String, why: String)
    /// The manifest can't be understood.
    case manifest(path: String, why: String)
    /// A call to the system failed.
    case system(SystemCall)
    /// A step asked its own runner for a product, which would wait for itself.
    case fromStep(String)

    /// One sentence for people, with what to do where that is known.
    public var description: String {
        switch self {
        case .graph(let mistake): Self.text(mistake)
        case .sameStep(let name): "two steps are named '\(name)'"
        case .sameInput(let name): "'\(name)' comes from outside and from somewhere else too"
        case .badName(let name):
            "'\(name)' can't be a product's name: expected letters, digits, '_', '-' and '.', not first, at most 100"
        case .otherType(let product, let step):
            "step '\(step)' requires '\(product)' as another type than its producer makes"
        case .otherValue(let product, let asked, let made):
            "the values of '\(product)' are of type \(made), not \(asked)"
        case .unknownProduct(let name, let available, let near):
            "no step produces '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                + " Available: \(available.isEmpty ? "none" : available.joined(separator: ", "))"
        case .external(let name): "'\(name)' comes from outside: no step builds it"
        case .noParameter(let name, let step, let available):
            "step '\(step)' has no parameter '\(name)'. Available: "
                + (available.isEmpty ? "none" : available.joined(separator: ", "))
        case .notFinite(let parameter):
            "the parameter '\(parameter)' is not a finite number, which no key can tell; give it as a text"
        case .notDeclared(let product, let step): "step '\(step)' does not declare the product '\(product)'"
        case .notKept(let product, let why): "'\(product)' can't be kept: \(why)"
        case .manifest(let path, let why):
            "\(path): \(why); nothing was changed. Put a copy of the file back, or remove it to build everything anew"
        case .system(let call): call.description
        case .fromStep(let product):
            "a step asked its runner for '\(product)'; name it in the step's 'requires' instead"
        }
    }

    private static func text(_ mistake: ProductGraph.Mistake) -> String {
        switch mistake {
        case .twoProducers(let product, let first, let second) where first == second:
            "step '\(first)' names '\(product)' twice"
        case .twoProducers(let product, let first, let second):
            "the steps '\(first)' and '\(second)' both produce '\(product)'"
        case .unknownProduct(let product, let step, let near):
            "step '\(step)' requires '\(product)', which no step produces and which is no input"
                + (near.map { "; did you mean '\($0)'?" } ?? "")
        case .cycle(let path): "steps wait for each other: \(path.joined(separator: " -> "))"
        }
    }
}

/// A step that did not make its products.
public struct StepFailure: Error, Sendable, CustomStringConvertible {
    /// The step's name.
    public var step: String
    /// What it should have made.
    public var products: [String]
    /// What it threw, or why its products could not be kept.
    public var underlying: any Error

    /// One sentence for people.
    public var description: String { "step '\(step)' failed: \(underlying)" }
}

/// Steps that failed while all was built. What did not need them is built.
public struct StepFailures: Error, Sendable, CustomStringConvertible {
    /// One for each step, sorted by its name.
    public var failures: [StepFailure]

    /// A line each.
    public var description: String { failures.map(\.description).joined(separator: "\n") }
}

/// A call to the system that failed.
public struct SystemCall: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call.
    public var name: String
    /// On what.
    public var subject: String
    /// Its errno.
    public var code: Int32

    /// One sentence for people.
    public var description: String { "\(name) \(subject): \(errorText(code))" }
}
