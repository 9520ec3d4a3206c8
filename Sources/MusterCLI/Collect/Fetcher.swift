import Foundation
import MusterCluster
import MusterCore

/// Brings files from a host home, each under a name of its own until it was verified.
final class Fetcher {
    let host: any MusterCore.Host
    let terms: TransferTerms
    let placing: Placing
    let progress: CollectProgress
    /// What files must be like to count, in words of failures.
    let original: String
    /// Most files lie below this folder there.
    private let root: String
    private var pacer: Pacer
    private(set) var report = CollectReport()
    private var home: String { placing.ledger.home }

    init(
        host: any MusterCore.Host, root: String, terms: TransferTerms, ledger: HomeLedger, progress: CollectProgress,
        original: String = "what its stage had made"
    ) {
        self.original = original
        (self.host, self.root, self.terms, self.progress) = (host, root, terms, progress)
        placing = Placing(ledger: ledger)
        pacer = Pacer(terms.bandwidth)
    }

    /// Brings all of them; what could not be had stands in the report.
    ///
    /// - Throws: ``HostError`` where the host can't be reached any more.
    func fetch(_ errands: [Errand]) async throws -> CollectReport {
        let most = pacer.most(of: TransferBatches.mostBytes)
        for batch in TransferBatches.make(errands, chunk: terms.chunk.bytes, mostBytes: most, size: \.file.size) {
            try Task.checkCancellation()
            switch batch {
            case .many(let errands): try await many(errands)
            case .one(let errand): try await one(errand)
            }
            try placing.ledger.save()
        }
        return report
    }

    /// Waits until so many bytes may be asked for.
    func pace(_ bytes: Int64) async throws {
        let pause = pacer.take(bytes, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9)
        if pause > 0 { try await Task.sleep(for: .seconds(pause)) }
    }

    /// The most bytes to ask for at once.
    func most(of bytes: Int64) -> Int64 { pacer.most(of: bytes) }

    /// A file is in its place.
    func came(_ errand: Errand) {
        report.transferred += 1
        progress.add(files: 1)
    }

    /// So many bytes came over the line.
    func moved(_ bytes: Int64) {
        report.bytes += bytes
        progress.add(bytes: bytes)
    }

    func failed(_ errand: Errand, _ reason: String) {
        report.failed.append(errand.failure(reason))
        progress.add(files: 1)
    }

    // MARK: Many small files

    /// Brings small files in one stream for each folder that they lie below, to a folder of their own first.
    private func many(_ errands: [Errand]) async throws {
        let incoming = "\(home)/.muster/incoming"
        defer { try? FileManager.default.removeItem(atPath: incoming) }
        var left = errands
        var reasons: [String: String] = [:]
        for attempt in 1...terms.tries where !left.isEmpty {
            if attempt > 1 { try await Task.sleep(for: .seconds(terms.pause(behind: attempt - 1))) }
            try? FileManager.default.removeItem(atPath: incoming)
            try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
            try await pace(left.reduce(0) { $0 + $1.file.size })
            let failure = await stream(left, to: incoming)
            var missing: [Errand] = []
            for errand in left {
                let path = "\(incoming)\(errand.there)"
                guard FileManager.default.fileExists(atPath: path) else {
                    reasons[errand.name] = failure.map { "\($0)" } ?? "it is not there any more"
                    missing.append(errand)
                    continue
                }
                do {
                    if try placing.place(path, for: errand) {
                        moved(errand.file.size)
                        came(errand)
                        continue
                    }
                    reasons[errand.name] = "what came is not \(original): its checksum or size is another"
                } catch {
                    reasons[errand.name] = "\(error)"
                }
                missing.append(errand)
            }
            left = missing
            if let failure, failure.isFinal, attempt == terms.tries { throw failure }
        }
        for errand in left { failed(errand, reasons[errand.name] ?? "") }
    }

    /// One stream for each folder; the first failure. What came before it has come.
    private func stream(_ errands: [Errand], to incoming: String) async -> HostError? {
        var failure: HostError?
        let folders = Dictionary(grouping: errands) { errand in
            errand.there.hasPrefix(root + "/") ? root : String(errand.there.dropLast(errand.file.path.utf8.count + 1))
        }
        for (folder, errands) in folders.sorted(by: { $0.key < $1.key }) {
            let paths = errands.map { String($0.there.dropFirst(folder.count + 1)) }
            do {
                try FileManager.default.createDirectory(
                    atPath: incoming + folder, withIntermediateDirectories: true)
                try await host.download(paths, from: folder, to: incoming + folder)
            } catch let error as HostError {
                failure = failure ?? error
            } catch {
                failure = failure ?? HostError(.file, "'\(incoming)' can't be written: \(error.localizedDescription)")
            }
        }
        return failure
    }
}

extension HostError {
    /// Nothing more can be had of the host for now.
    var isFinal: Bool { [.unreachable, .hostKey, .authentication, .timedOut].contains(kind) }
}
