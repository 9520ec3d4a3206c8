/// A look for one product on disk.
struct KeptLook: Sendable {
    let folder: ProductFolder
    let product: KeptProduct
    /// The key of what is asked for.
    let key: CacheKey?

    /// What was found.
    enum Found {
        case value(HeldProduct)
        /// Nothing of use, and why.
        case nothing(String)
    }

    /// Reads the product where it is fresh and whole. Nobody replaces it meanwhile.
    ///
    /// What can't be read is no error: it can be made again. A manifest that can't be read is one, since then nobody knows
    /// what is there.
    nonisolated func fetch() async throws -> Found {
        guard let key else { return .nothing("nobody said what results depend on") }
        return try folder.locked(.shared) { () throws(ProductError) in
            guard let entry = try folder.manifest().entries[product.name] else { return .nothing("it is not there") }
            guard let recorded = entry.key else { return .nothing("it was kept without a key") }
            guard recorded == key else { return .nothing("it was made from something else") }
            guard entry.type == product.type else { return .nothing("it was kept as \(entry.type)") }
            switch try folder.finding(on: entry, contents: true) {
            case .gone(let path): return .nothing("\(path) is gone")
            case .changed(let path): return .nothing("\(path) has changed")
            case .intact: break
            }
            do {
                let value = try product.load(entry.files.map(folder.path(of:)))
                return .value(HeldProduct(value: value, key: key))
            } catch {
                return .nothing("it can't be read: \(error)")
            }
        }
    }
}
