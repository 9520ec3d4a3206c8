/// Something that happened to a product.
public struct ProductEvent: Hashable, Sendable {
    /// What.
    public enum Kind: String, Hashable, Sendable {
        /// It was asked for and is in memory.
        case cached
        /// It was read from disk.
        case loaded
        /// It must be made; said before what it requires is looked for. `built` or `failed` follows, always.
        case building
        /// It is made and kept.
        case built
        /// It was not made: its step, or one before it, failed.
        case failed
    }

    /// What happened.
    public var kind: Kind
    /// To which product.
    public var product: String
    /// Why it is built, or why it failed.
    public var why: String?

    /// Makes an event.
    public init(_ kind: Kind, _ product: String, why: String? = nil) {
        (self.kind, self.product, self.why) = (kind, product, why)
    }
}
