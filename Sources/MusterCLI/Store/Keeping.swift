import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// What of an execution's files comes into the store, and where it is sent from there.
struct Keeping: Equatable {
    /// Whose contents.
    var policy = ProvenancePolicy.Keep.none
    /// Where all of it is sent when the program has ended well.
    var push: String?

    var isAsked: Bool { policy != .none || push != nil }

    var json: JSON? {
        isAsked
            ? .object(["policy": .string(policy.rawValue), "push": push.map(JSON.string)]) : nil
    }

    init() {}

    init(json: JSON?) {
        policy = json?["policy"]?.string.flatMap(ProvenancePolicy.Keep.init) ?? .none
        push = json?["push"]?.string
    }

    /// Whether files of this role are kept.
    func keeps(_ role: AssetRole) -> Bool { role == .input ? policy.keepsInputs : policy.keepsOutputs }

    /// Puts files into the store; what could not be, in words.
    func store(_ uses: [AssetUse]) -> [String] {
        let store = ContentStore()
        var problems: [String] = []
        for use in uses where use.type != "folder" {
            do throws(ContentCopy.Failure) { try store.add(use.path, expected: use.sha256) } catch {
                problems.append("\(error)")
            }
        }
        return problems
    }

    /// Puts files of both roles into the store as far as they are kept, and sends them on; what could not be, in words.
    func finish(_ uses: [(role: AssetRole, use: AssetUse)]) async -> [String] {
        let kept = uses.filter { keeps($0.role) && $0.use.type != "folder" }.map(\.use)
        let problems = store(kept)
        guard problems.isEmpty, let push else { return problems }
        do {
            let sums = Set(kept.map(\.sha256)).sorted()
            let report = try await StorePush(home: ContentStore(), place: try await StorePlace.find(push)).run(sums)
            return report.failed.map { "\($0.sha256.prefix(16)) did not get to '\(push)': \($0.reason)" }
        } catch {
            let words = ExitStatus(error)?.text?.replacing("error: ", with: "") ?? "\(error)"
            return ["nothing was sent to '\(push)': \(words)"]
        }
    }

    /// Tells what is left to do for an execution whose contents are not all where they are to be.
    static func warn(_ id: String, _ problems: [String]) {
        for problem in problems.prefix(5) { Terminal.complain("warning: \(problem)") }
        if problems.count > 5 { Terminal.complain("warning: ... and \(problems.count - 5) more") }
        Terminal.complain(
            "warning: \(id) stays Pending_Upload: not all of its contents are kept; when that can be: muster execution recover \(id)"
        )
    }
}
