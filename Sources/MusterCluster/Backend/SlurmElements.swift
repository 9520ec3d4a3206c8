import MusterCore
import MusterSlurm

/// Every element of some submissions, and what Slurm says of it.
struct SlurmElements {
    private var arrays: Set<UInt32>
    private var table: [String: ElementState] = [:]

    /// All elements, unknown for now.
    init(_ submissions: [HandedOver]) {
        arrays = Set(submissions.compactMap { UInt32($0.id) })
        for submission in submissions {
            for task in 0..<max(1, submission.elements) {
                let element = "\(submission.id)_\(task)"
                table[element] = ElementState(
                    element: element, restart: 0, state: ElementState.unknown, exit: "", hasEnded: false)
            }
        }
    }

    /// Whether there are elements of which nothing was said.
    var hasUnknown: Bool { table.values.contains { $0.state == ElementState.unknown } }

    /// All, in the order of their names.
    var all: [ElementState] { table.values.sorted { $0.element < $1.element } }

    /// Takes in a row about one task or several; the first word about an element counts.
    mutating func take(_ job: SlurmJobReference, _ state: SlurmState, exit: String) {
        guard arrays.contains(job.number) else { return }
        let names: [String] =
            switch job {
            case .job(let id): ["\(id)"]
            case .remainder(let array, let tasks): tasks.indices.map { "\(array)_\($0)" }
            }
        for name in names where table[name]?.state == ElementState.unknown {
            table[name] = ElementState(
                element: name, restart: 0, state: state.name, exit: exit, hasEnded: state.isEnded)
        }
    }
}
