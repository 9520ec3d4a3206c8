import MusterCore

/// A value in memory with the key of what it was made from.
struct HeldProduct: Sendable {
    var value: any Sendable
    var key: CacheKey?
}

/// One run of a step: from the values of what it requires to products in their places.
struct StepWork: Sendable {
    let step: ProductStep
    let folder: ProductFolder
    let required: [String: HeldProduct]
    let parameters: [String: JSON]
    let config: [JSON.Member]?
    let key: CacheKey?
    /// Inputs that the step is given, each with what told its content before the step ran.
    let inputs: [(input: ProductInput, mark: String?)]

    /// Runs the step and keeps what it made. Nothing of it is left when any of that fails.
    nonisolated func run() async throws -> [String: HeldProduct] {
        let build = try folder.makeBuild()
        do {
            let (values, entries) = try await make(in: build)
            try folder.publish(entries, from: build)
            return values
        } catch {
            // What failed is told; rests that can't be removed are swept by the next who publishes.
            try? Files.remove(build)
            throw error
        }
    }

    private func make(
        in build: String
    ) async throws -> (values: [String: HeldProduct], entries: [String: ProductManifest.Entry]) {
        var folders: [String: String] = [:]
        for output in step.outputs {
            let path = "\(build)/\(output.name)"
            try Files.makeFolders(path)
            folders[output.name] = path
        }
        let given = parameters.filter { step.parameters?.contains($0.key) ?? true }
        let hand = ProductInputs(
            step: step.name, values: required.mapValues(\.value), parameters: given, folders: folders)
        let start = ContinuousClock.now
        let results = try await step.run(hand)
        let spent = start.duration(to: .now).components
        for (input, mark) in inputs where try input.changeMark() != mark {
            throw StorageError(description: "the input '\(input.name)' changed while the step ran")
        }
        var values: [String: HeldProduct] = [:]
        var entries: [String: ProductManifest.Entry] = [:]
        for (output, value) in zip(step.outputs, results) {
            let files = try keep(output, value, in: "\(build)/\(output.name)")
            let moved = try output.moved(value, files.map(folder.path(of:)))
            values[output.name] = HeldProduct(value: moved, key: key)
            entries[output.name] = ProductManifest.Entry(
                type: output.type, files: files, savedAt: .now.inMilliseconds, key: key,
                inputs: .init(
                    step: step.name, code: step.code, config: config, requires: required.mapValues(\.key)),
                maker: .current, duration: Double(spent.seconds) + Double(spent.attoseconds) / 1e18,
                metadata: hand.notes.sorted)
        }
        return (values, entries)
    }

    /// Writes one value into `path` and describes its files; what is not named is removed.
    private func keep(
        _ output: KeptProduct, _ value: any Sendable, in path: String
    ) throws(ProductError) -> [ProductManifest.File] {
        let names: [String]
        do {
            names = try output.save(value, path)
        } catch let error as ProductError {
            throw error
        } catch {
            throw .notKept(product: output.name, why: "\(error)")
        }
        var files: [ProductManifest.File] = []
        for name in names {
            let isOutside = name.hasPrefix("/")
            let file = try folder.describe(
                isOutside ? name : "\(path)/\(name)", as: isOutside ? name : "\(output.name)/\(name)")
            guard isOutside || file.lies(inFolderOf: output.name) else {
                throw .notKept(product: output.name, why: "'\(name)' is no path inside of its folder")
            }
            files.append(file)
        }
        try Files.keepOnly(Set(names), in: path)
        return files
    }
}
