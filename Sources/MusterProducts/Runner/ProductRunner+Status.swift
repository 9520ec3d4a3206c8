public import MusterCore

extension ProductRunner {
    /// The keys of what would be made now.
    var keys: [String: CacheKey] {
        if let knownKeys { return knownKeys }
        let keys = plan.keys(inputs: outside.compactMapValues { try? $0.get().key })
        knownKeys = keys
        return keys
    }

    /// Looks at inputs of these names: those whose content may have changed are read again. What can't be read is told
    /// to those who need it.
    func lookOutside(_ names: [String]) async {
        for name in names {
            guard let input = plan.inputs[name] else { continue }
            outside[name] = await Self.look(at: input, before: try? outside[name]?.get())
        }
    }

    private nonisolated static func look(
        at input: ProductInput, before: InputKey?
    ) async -> Result<InputKey, any Error> {
        Result {
            // The mark first: what changes while it is read changes the mark too.
            let mark = try input.changeMark()
            if let before, before.mark == mark { return before }
            return InputKey(mark: mark, key: try input.key())
        }
    }

    /// How it stands with every product.
    ///
    /// - Parameter contents: Whether files that have a checksum are read; otherwise their sizes are compared.
    public func statuses(contents: Bool = false) async throws -> [String: ProductStatus] {
        await lookOutside(Array(plan.inputs.keys))
        let keys = keys
        var statuses = try await Self.look(plan, folder, keys, contents)
        for (product, step) in plan.steps {
            if building.contains(step.name) {
                statuses[product] = .building
            } else if let held = memory[product] {
                if held.key == keys[product] {
                    statuses[product] = .cached
                } else if statuses[product] == .missing {
                    statuses[product] = .stale
                }
            }
        }
        return statuses
    }

    /// How it stands on disk.
    private nonisolated static func look(
        _ plan: ProductPlan, _ folder: ProductFolder, _ keys: [String: CacheKey], _ contents: Bool
    ) async throws -> [String: ProductStatus] {
        try folder.locked(.shared) { () throws(ProductError) in
            let manifest = try folder.manifest()
            var statuses: [String: ProductStatus] = [:]
            for step in plan.steps.values {
                for output in step.outputs where statuses[output.name] == nil {
                    let entry = manifest.entries[output.name]
                    // A product of another type is there, but of no use.
                    let key = entry?.type == output.type ? keys[output.name] : nil
                    statuses[output.name] = try folder.status(of: entry, key: key, contents: contents)
                }
            }
            return statuses
        }
    }

    /// The graph with how it stands with every product now.
    public func diagram(title: String = "products") async throws -> ProductDiagram {
        ProductDiagram(graph, statuses: try await statuses(), title: title)
    }
}
