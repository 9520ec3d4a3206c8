import MusterCore
import MusterSlurm

/// What people want of elements that Slurm has already. Slurm refuses it for arrays that are over, which is no failure here:
/// nothing is left that could be told.
extension SlurmScheduler {
    public func cancelWaiting(_ ids: [String]) async throws {
        let jobs = ids.compactMap { SlurmJobReference(parsing: $0) }
        for words in Scancel.arguments(pending: jobs) {
            let result = try await slurm(words, name: "scancel")
            guard result.status == 0 else {
                throw SlurmFailure(program: "scancel", exitStatus: result.status, standardError: result.errorText)
            }
        }
    }

    public func hold(_ ids: [String], _ isHeld: Bool) async throws {
        for id in ids.compactMap({ SlurmJobID(parsing: $0) }) {
            try await change(isHeld ? Scontrol.hold(id) : Scontrol.release(id))
        }
    }

    public func throttle(_ ids: [String], to elements: Int) async throws {
        for id in ids.compactMap({ SlurmJobID(parsing: $0) }) {
            try await change(Scontrol.setThrottle(elements, ofArray: id.number))
        }
    }

    private func change(_ words: [String]) async throws {
        let result = try await slurm(words, name: "scontrol")
        guard result.status != 0 else { return }
        let failure = SlurmFailure(program: "scontrol", exitStatus: result.status, standardError: result.errorText)
        if failure.isTransient { throw failure }
    }
}
