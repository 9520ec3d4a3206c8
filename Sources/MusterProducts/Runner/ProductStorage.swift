public import MusterCore

/// How the values of a product become files and come back from them.
public protocol ProductStorage<Value>: Sendable {
    /// What steps return and take.
    associatedtype Value: Sendable

    /// The type's name in the manifest: what was written as another type is not read.
    var type: String { get }

    /// Writes `value` into `folder`, which may hold what the step wrote there already, and names the files: relative to
    /// the folder, or absolute for a file that stays where it is. What is not named is removed.
    func save(_ value: Value, in folder: String) throws -> [String]

    /// Reads the value from files at these absolute paths, in the order in which `save` named them.
    func load(_ files: [String]) throws -> Value

    /// The value once its files have moved to these places; the value itself unless it names files.
    func moved(_ value: Value, to files: [String]) throws -> Value

    /// A key for a value that comes from outside, by its content.
    func key(of value: Value) throws -> CacheKey

    /// Changes whenever the content behind `value` may have; nil when it can't change.
    func changeMark(of value: Value) throws -> String?
}

extension ProductStorage {
    public func moved(_ value: Value, to files: [String]) throws -> Value { value }
    public func changeMark(of value: Value) throws -> String? { nil }
}

/// A value that can be written as JSON and read back.
public protocol JSONConvertible: Sendable {
    /// The value as JSON.
    var json: JSON { get }
    /// Reads what `json` gives; nil for everything else.
    init?(json: JSON)
}

extension JSON: JSONConvertible {
    public var json: JSON { self }
    public init?(json: JSON) { self = json }
}

extension String: JSONConvertible {
    public var json: JSON { .string(self) }
    public init?(json: JSON) {
        guard let text = json.string else { return nil }
        self = text
    }
}

extension Int: JSONConvertible {
    public var json: JSON { .int(Int64(self)) }
    public init?(json: JSON) {
        guard let value = json.int else { return nil }
        self.init(value)
    }
}

extension Double: JSONConvertible {
    public var json: JSON { .double(self) }
    public init?(json: JSON) {
        guard let value = json.double else { return nil }
        self = value
    }
}

extension Bool: JSONConvertible {
    public var json: JSON { .bool(self) }
    public init?(json: JSON) {
        guard let value = json.bool else { return nil }
        self = value
    }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    public var json: JSON { .array(map(\.json)) }
    public init?(json: JSON) {
        guard let elements = json.array else { return nil }
        self = elements.compactMap(Element.init)
        guard count == elements.count else { return nil }
    }
}

extension Dictionary: JSONConvertible where Key == String, Value: JSONConvertible {
    public var json: JSON { .object(sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) }) }
    public init?(json: JSON) {
        guard let members = json.members else { return nil }
        self.init(uniqueKeysWithValues: [])
        for member in members {
            guard let value = Value(json: member.value) else { return nil }
            self[member.key] = value
        }
    }
}
