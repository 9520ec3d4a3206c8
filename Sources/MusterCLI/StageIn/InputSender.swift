import Digest
import Foundation
import MusterCluster
import MusterCore

/// A content that is to get into a store.
struct InputContent {
    /// Its SHA-256, its bytes, and a file at home that has it.
    var sum: String, size: Int64, path: String
}

/// Sends contents to a store: small ones many in a stream, large ones in parts.
final class InputSender {
    let store: InputStore
    let terms: TransferTerms
    let progress: CollectProgress
    private var pacer: Pacer
    /// Bytes that went over the line.
    private(set) var bytes: Int64 = 0
    /// Why contents did not get there, by their sums.
    private(set) var failures: [String: String] = [:]
    static let changed = "it changed at home while it travelled"

    init(_ store: InputStore, terms: TransferTerms, progress: CollectProgress) {
        (self.store, self.terms, self.progress) = (store, terms, progress)
        pacer = Pacer(terms.bandwidth)
    }

    /// Sends all of them; what could not be had there stands in ``failures``.
    ///
    /// - Throws: ``HostError`` where the host can't be reached any more.
    func send(_ contents: [InputContent]) async throws {
        let most = most(of: TransferBatches.mostBytes)
        for batch in TransferBatches.make(contents, chunk: terms.chunk.bytes, mostBytes: most, size: \.size) {
            try Task.checkCancellation()
            switch batch {
            case .many(let contents): try await many(contents)
            case .one(let content): try await one(content)
            }
        }
    }

    /// Waits until so many bytes may be sent.
    func pace(_ bytes: Int64) async throws {
        let pause = pacer.take(bytes, now: Double(DispatchTime.now().uptimeNanoseconds) / 1e9)
        if pause > 0 { try await Task.sleep(for: .seconds(pause)) }
    }

    /// The most bytes to send at once.
    func most(of bytes: Int64) -> Int64 { pacer.most(of: bytes) }

    /// So many bytes went over the line.
    func moved(_ bytes: Int64) {
        self.bytes += bytes
        progress.add(bytes: bytes)
    }

    /// A content is in the store.
    func arrived() { progress.add(files: 1) }

    func failed(_ content: InputContent, _ reason: String) {
        failures[content.sum] = reason
        progress.add(files: 1)
    }

    private func many(_ contents: [InputContent]) async throws {
        var left = contents
        var reason = Self.changed
        for attempt in 1...terms.tries where !left.isEmpty {
            if attempt > 1 { try await Task.sleep(for: .seconds(terms.pause(behind: attempt - 1))) }
            do throws(HostError) {
                // What came before the line broke has come.
                if attempt > 1 { left = keep(left, without: try await store.settle()) }
                var files: [HostFile] = []
                for content in left {
                    if let file = read(content) { files.append(HostFile(path: content.sum, content: file)) }
                }
                left.removeAll { failures[$0.sum] != nil }
                let size = files.reduce(0) { $0 + Int64($1.content.count) }
                do { try await pace(size) } catch { throw HostError(.timedOut, "interrupted") }
                try await store.receive(files)
                moved(size)
                left = keep(left, without: try await store.settle())
                reason = Self.changed
            } catch {
                try Task.checkCancellation()
                if error.isFinal, attempt == terms.tries { throw error }
                reason = "\(error)"
            }
        }
        for content in left { failed(content, reason) }
    }

    private func keep(_ contents: [InputContent], without sums: [String]) -> [InputContent] {
        let sums = Set(sums)
        return contents.filter { content in
            guard sums.contains(content.sum) else { return true }
            arrived()
            return false
        }
    }

    private func read(_ content: InputContent) -> [UInt8]? {
        guard let bytes = FileManager.default.contents(atPath: content.path) else {
            failed(content, "'\(content.path)' can't be read any more")
            return nil
        }
        return Array(bytes)
    }
}
