import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// What comes into the store of contents with a run's results.
extension Collecting {
    /// Puts contents into the store as the config's `provenance.keep` says; what could not be is a failure in the report, so that
    /// it is tried again by the next collecting.
    func keep(_ jobs: [CollectJob], _ report: inout CollectReport) async throws {
        guard record.keep != .none else { return }
        let store = ContentStore()
        if record.keep.keepsOutputs { try await keepOutputs(jobs, in: store, &report) }
        if record.keep.keepsInputs { try keepInputs(jobs, in: store, &report) }
    }

    private func keepOutputs(_ jobs: [CollectJob], in store: ContentStore, _ report: inout CollectReport) async throws {
        let assets = try record.history.assetPaths(of: record.summary.run)
        let lists = try await ResultLists.read(jobs.map(\.there), on: record.site.host)
        for (job, answer) in zip(jobs, lists) {
            guard case .files(let files) = answer else { continue }
            let filter = ResultFilter(
                spec, summaries: record.summaries, stages: record.plan?.stages ?? [],
                assets: assets[job.record.index] ?? [])
            var uses: [AssetUse] = []
            for file in files where filter.wants(file.path) {
                let path = isHere ? "\(job.there)/\(file.path)" : "\(job.here)/\(file.path)"
                // What differs at home, or did not come, is told of already.
                guard let look = ledger.look(at: "\(path.dropFirst(home.count + 1))"), look.size == file.size else {
                    continue
                }
                let sum = isHere ? file.sum : look.sum
                do throws(ContentCopy.Failure) {
                    let added = try store.add(path, expected: sum)
                    uses.append(AssetUse(sha256: added.sum, size: added.size, path: "\(job.there)/\(file.path)"))
                } catch {
                    report.failed.append(
                        .init(job: job.record.id, path: file.path, reason: "it is not in the store: \(error)"))
                }
            }
            guard !job.record.isCached else { continue }
            let known = Set(try record.history.assetUses(of: execution(job)).map { "\($0.asset.sha256) \($0.path)" })
            try record.history.recordAssets(
                of: execution(job), .output, uses.filter { !known.contains("\($0.sha256) \($0.path)") }, at: .now)
        }
    }

    private func execution(_ job: CollectJob) -> String { "\(record.summary.run)/\(job.record.id)" }

    /// What jobs are known to have read, where it lies on this machine under the name that they know.
    private func keepInputs(_ jobs: [CollectJob], in store: ContentStore, _ report: inout CollectReport) throws {
        var seen: Set<String> = []
        for job in jobs {
            for use in try record.history.assetUses(of: execution(job))
            where use.role == .input && use.asset.type != "folder" && seen.insert(use.asset.sha256).inserted {
                guard store.size(use.asset.sha256) == nil, FileSums.size(of: use.path) == use.asset.size else {
                    continue
                }
                do throws(ContentCopy.Failure) { try store.add(use.path, expected: use.asset.sha256) } catch {
                    report.failed.append(
                        .init(job: job.record.id, path: use.path, reason: "it is not in the store: \(error)"))
                }
            }
        }
    }
}
