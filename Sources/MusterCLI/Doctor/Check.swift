import MusterCore

/// One thing to look at: what must be well before, how long its commands may take, and how it is looked at.
///
/// `examine` only runs commands; what their answers mean is decided by functions over text.
struct Check: Sendable {
    var name: String
    var needs: [String] = []
    /// Seconds that each command of it may take.
    var seconds: Double = 20
    var examine: @Sendable (Patient) async throws -> [Finding]

    init(
        _ name: String, needs: [String] = [], seconds: Double = 20,
        _ examine: @escaping @Sendable (Patient) async throws -> [Finding]
    ) {
        self.name = name
        self.needs = needs
        self.seconds = seconds
        self.examine = examine
    }

    /// Makes all checks in their order; each finding is told as soon as it is there.
    ///
    /// A check that fails stops only those that need it. Throws when the task is cancelled.
    static func make(_ checks: [Check], on patient: Patient, tell: (Told) -> Void) async throws -> [Told] {
        var all: [Told] = []
        var unusable: Set<String> = []
        for check in checks {
            try Task.checkCancellation()
            var findings: [Finding]
            if let missing = check.needs.first(where: unusable.contains) {
                findings = [.skipped("needs: \(missing)")]
            } else {
                await patient.allow(check.seconds)
                do {
                    findings = try await check.examine(patient)
                } catch {
                    try Task.checkCancellation()
                    findings = [Finding(error)]
                    if let error = error as? HostError, error.kind == .unreachable { unusable.insert("connection") }
                }
            }
            if findings.contains(where: { !$0.isUsable }) { unusable.insert(check.name) }
            for finding in findings {
                all.append(Told(check: check.name, finding: finding))
                tell(all[all.count - 1])
            }
        }
        return all
    }
}
