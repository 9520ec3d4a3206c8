import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// What the history knows of who read and made what, for ``Lineage``.
struct LineageSource {
    let history: History
    /// Contents by names alone: a scene that a job read, whose checksum was not recorded then.
    private var byName: [Lineage.Edge] = []

    init(_ history: History) { self.history = history }

    /// The node that a person means: a file or folder, an execution, or the beginning of a SHA-256.
    mutating func node(_ name: String) throws -> Lineage.Node {
        let path = Places.absolute(name)
        if FileManager.default.fileExists(atPath: path), let use = try FileSums.uses(at: path).first {
            byName = try history.jobs(reading: path).map { run, job in
                Lineage.Edge(execution: "\(run)/\(job)", asset: use.sha256, role: .input, path: path)
            }
            if let place = try ResultPlace.find(path, history) {
                byName.append(.init(execution: place.execution, asset: use.sha256, role: .output, path: path))
            }
            return .asset(use.sha256)
        }
        let isDigest = name.count >= 8 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        if isDigest, let asset = try history.asset(beginning: name) { return .asset(asset.sha256) }
        return .execution(try history.execution(name).id)
    }

    /// The arrows at a node.
    func uses(_ node: Lineage.Node) throws -> [Lineage.Edge] {
        switch node {
        case .asset(let sha256):
            let known = try history.assetUses(ofContent: sha256).filter(Self.leads).map(Self.edge)
            let more = byName.filter { extra in
                extra.asset == sha256 && !known.contains { $0.execution == extra.execution && $0.role == extra.role }
            }
            return known + more
        case .execution(let id):
            return try history.assetUses(of: id).filter(Self.leads).map(Self.edge)
                + history.datasetUses(ofRunOf: id).map { use in
                    .init(execution: id, asset: use.asset.sha256, role: use.role, path: use.path)
                }
                + history.assetUses(ofJobsIn: id).map { use in
                    .init(execution: id, asset: use.asset.sha256, role: use.role, path: use.path)
                } + byName.filter { $0.execution == id }
        }
    }

    /// Circumstances that two executions have in common make nothing of the one from the other.
    private static func leads(_ use: AssetUseRecord) -> Bool {
        KeptEvidence(rawValue: use.asset.type).map { $0 == .script } ?? true
    }

    private static func edge(_ use: AssetUseRecord) -> Lineage.Edge {
        .init(execution: use.execution, asset: use.asset.sha256, role: use.role, path: use.path)
    }
}
