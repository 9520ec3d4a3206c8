/// A product by its name, with what its values are and how they are kept. Steps require and produce it, callers get it.
public struct Product<Value: Sendable>: ProductHandle {
    /// Its name, which its folder has too.
    public let name: String
    let storage: any ProductStorage<Value>

    /// Names a product that is kept in a way of its own.
    public init(_ name: String, storage: some ProductStorage<Value>) {
        (self.name, self.storage) = (name, storage)
    }
}

extension Product where Value: JSONConvertible {
    /// A value kept as JSON.
    public static func json(_ name: String, _ type: Value.Type = Value.self) -> Product {
        Product(name, storage: JSONStorage<Value>())
    }
}

extension Product where Value == [UInt8] {
    /// Bytes kept in a file of that name.
    public static func bytes(_ name: String, file: String = "value.bin") -> Product {
        Product(name, storage: BytesStorage(name: file))
    }
}

extension Product where Value == [String] {
    /// Files that the step writes into its folder.
    public static func files(_ name: String) -> Product { Product(name, storage: FilesStorage()) }
}

extension Product where Value == String {
    /// A file of the user's, by its path.
    public static func file(_ name: String) -> Product { Product(name, storage: FileStorage()) }
}

/// A product without saying what its values are: for lists of products of several types.
public protocol ProductHandle: Sendable {
    /// What steps return and take.
    associatedtype Value: Sendable
    /// Its name.
    var name: String { get }
}

/// A product's storage for those who hold a value of any type.
struct KeptProduct: Sendable {
    let name: String
    let value: any Sendable.Type
    let type: String
    let save: @Sendable (any Sendable, String) throws -> [String]
    let load: @Sendable ([String]) throws -> any Sendable
    let moved: @Sendable (any Sendable, [String]) throws -> any Sendable

    init<Value: Sendable>(_ product: Product<Value>) {
        let storage = product.storage
        // The value is of this type: steps are generic in the same products.
        @Sendable func typed(_ value: any Sendable) throws -> Value {
            guard let value = value as? Value else { throw StorageError(description: "it is not a \(Value.self)") }
            return value
        }
        name = product.name
        value = Value.self
        type = storage.type
        save = { try storage.save(try typed($0), in: $1) }
        load = { try storage.load($0) }
        moved = { try storage.moved(try typed($0), to: $1) }
    }
}
