import MusterCore
import MusterSlurm

extension Placement {
    /// Whether the chosen partition carries what an element of the plan asks for: several jobs side by side may need more
    /// memory than a node has, although one does not.
    ///
    /// - Throws: A mistake of the config with what the partition has.
    func verify(_ plan: Plan, _ loaded: LoadedConfig) throws {
        guard let told, plan.slots > 1 else { return }
        var request = Self.request(loaded)
        (request.cpus, request.gpus) = (plan.element.cpus, plan.element.gpus)
        request.memory = plan.element.memory.map { Int($0.mebibytesRoundedUp) }
        request.time = plan.element.time.map { Int($0.seconds) }
        guard case .none(let refusals) = PartitionFit.choose(for: request, on: told, named: partition) else { return }
        throw loaded.mistake(
            at: ["packing", "resources.memory", "cluster"],
            "\(plan.slots) jobs side by side ask for \(plan.element.text), which no node of the partition has",
            hint: (refusals.map(\.description) + ["packing: element puts one job into each allocation"])
                .joined(separator: "\n  "))
    }
}
