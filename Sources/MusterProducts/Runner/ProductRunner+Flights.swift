import MusterCore

extension ProductRunner {
    /// The value of a product or an input, wherever it comes from.
    func value(_ product: String, _ pass: Pass, anew: Bool = false) async throws -> HeldProduct {
        if let input = plan.inputs[product] {
            return HeldProduct(value: input.value, key: try outside[product]?.get().key)
        }
        let step = try plan.producer(of: product)
        while true {
            try Task.checkCancellation()
            let key = keys[product]
            if !anew, let held = memory[product], held.key == key {
                tell(.cached, [product])
                return held
            }
            if let failure = passes.failure(of: step.name, in: pass) { throw failure }
            let isOthers = flights[step.name] != nil
            let flight = flights[step.name] ?? start(step, for: product, key, pass, anew: anew)
            do {
                let held = try await wait(for: flight.task)
                // Another's flight may have been for another product of the step, or not anew.
                if !isOthers || !anew && flight.product == product { return held }
            } catch {
                // Someone else who waited gave up, not we.
                if flight.task.isCancelled, !Task.isCancelled { continue }
                throw error
            }
        }
    }

    private func wait(for task: Task<HeldProduct, any Error>) async throws -> HeldProduct {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func start(
        _ step: ProductStep, for product: String, _ key: CacheKey?, _ pass: Pass, anew: Bool
    ) -> Flight {
        let task = Task {
            defer { flights[step.name] = nil }
            return try await make(step, for: product, key, pass, anew: anew)
        }
        let flight = Flight(product: product, task: task)
        flights[step.name] = flight
        return flight
    }

    /// From disk, else by the step.
    private func make(
        _ step: ProductStep, for product: String, _ key: CacheKey?, _ pass: Pass, anew: Bool
    ) async throws -> HeldProduct {
        var why = "asked for anew"
        if !anew, let output = step.outputs.first(where: { $0.name == product }) {
            switch try await KeptLook(folder: folder, product: output, key: key).fetch() {
            case .value(let held):
                memory[product] = held
                tell(.loaded, [product])
                return held
            case .nothing(let reason): why = reason
            }
        }
        building.insert(step.name)
        defer { building.remove(step.name) }
        tell(.building, step.produces, why: why)
        do {
            let made = try await run(step, pass)
            memory.merge(made) { $1 }
            tell(.built, step.produces)
            guard let held = made[product] else { throw ProductError.notDeclared(product: product, step: step.name) }
            return held
        } catch {
            if let failure = error as? StepFailure { passes.note(failure, of: step.name, in: pass) }
            tell(.failed, step.produces, why: "\(error)")
            throw error
        }
    }

    private func run(_ step: ProductStep, _ pass: Pass) async throws -> [String: HeldProduct] {
        if pass.sideBySide, let error = await errors(of: step.requires, pass).first { throw error }
        var required: [String: HeldProduct] = [:]
        for name in step.requires {
            // What was just made side by side is in memory: it needs no word.
            if pass.sideBySide, let held = memory[name], held.key == keys[name] {
                required[name] = held
            } else {
                required[name] = try await value(name, pass)
            }
        }
        await turns.take()
        defer { turns.give() }
        try Task.checkCancellation()
        let work = StepWork(
            step: step, folder: folder, required: required, parameters: plan.parameters.all,
            config: plan.config(of: step), key: plan.key(of: step, requires: required.mapValues(\.key)),
            inputs: step.requires.compactMap { name in
                plan.inputs[name].map { ($0, try? outside[name]?.get().mark) }
            })
        do {
            return try await Self.$runner.withValue(ObjectIdentifier(self)) { try await work.run() }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw StepFailure(step: step.name, products: step.produces, underlying: error)
        }
    }

    /// Looks for products side by side, each to its end, and returns what went wrong, in the order of the products.
    func errors(of products: [String], _ pass: Pass) async -> [any Error] {
        await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, product) in products.enumerated() {
                group.addTask {
                    do {
                        _ = try await self.value(product, pass)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            var errors: [(Int, any Error)] = []
            for await case (let index, let error?) in group { errors.append((index, error)) }
            return errors.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    func tell(_ kind: ProductEvent.Kind, _ products: [String], why: String? = nil) {
        for product in products {
            for observer in observers { observer(ProductEvent(kind, product, why: why)) }
        }
    }
}
