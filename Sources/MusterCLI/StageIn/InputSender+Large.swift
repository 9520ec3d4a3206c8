import Digest
import Foundation
import MusterCluster
import MusterCore

/// Large contents: part by part, so that one that was interrupted goes on where it was.
extension InputSender {
    /// Sends a large content.
    func one(_ content: InputContent) async throws {
        var reason = ""
        for attempt in 1...terms.tries {
            if attempt > 1 { try await Task.sleep(for: .seconds(terms.pause(behind: attempt - 1))) }
            do {
                var have = try await store.arrived(content.sum)
                if have > content.size || have < 0 {
                    try await store.drop(content.sum)
                    have = 0
                }
                progress.add(bytes: attempt == 1 ? have : 0)
                let chunk = most(of: terms.chunk.bytes)
                try await send(TransferBatches.parts(size: content.size, chunk: chunk, have: have), of: content)
                if try await store.settle(content.sum) { return arrived() }
                let wrong = try await wrongParts(of: content)
                guard !wrong.isEmpty else {
                    // What is here is there, and is another content than it was.
                    try await store.drop(content.sum)
                    return failed(content, Self.changed)
                }
                try await send(wrong, of: content)
                if try await store.settle(content.sum) { return arrived() }
                reason = "what comes there is not what was sent: its checksum is another"
            } catch let error as HostError {
                if error.isFinal, attempt == terms.tries { throw error }
                reason = "\(error)"
            } catch let unreadable as Unreadable {
                return failed(content, unreadable.description)
            }
        }
        failed(content, reason)
    }

    private struct Unreadable: Error, CustomStringConvertible { var description: String }

    private func send(_ ranges: [Range<Int64>], of content: InputContent) async throws {
        let file = open(content.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw Unreadable(description: "'\(content.path)' can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        for range in ranges {
            try await pace(Int64(range.count))
            let bytes = try Self.read(range, from: file, content.path)
            try await store.receive(bytes, of: content.sum, at: range.lowerBound)
            moved(Int64(range.count))
        }
    }

    private static func read(_ range: Range<Int64>, from file: Int32, _ path: String) throws -> [UInt8] {
        var done = 0
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while done < range.count {
                let part = pread(
                    file, buffer.baseAddress?.advanced(by: done), range.count - done,
                    off_t(range.lowerBound + Int64(done)))
                if part < 0, errno == EINTR { continue }
                if part < 0 { failure = errno }
                guard part > 0 else { break }
                done += part
            }
            count = done
        }
        guard failure == 0 else {
            throw Unreadable(description: "'\(path)' can't be read: \(String(cString: strerror(failure)))")
        }
        guard done == range.count else { throw Unreadable(description: changed) }
        return bytes
    }

    /// The parts of which other bytes are there than here.
    private func wrongParts(of content: InputContent) async throws -> [Range<Int64>] {
        let parts = TransferBatches.parts(size: content.size, chunk: terms.chunk.bytes)
        let sums = try await store.sums(of: parts, in: content.sum)
        return zip(parts, sums).filter { range, sum in
            FileDigest(path: content.path, from: range.lowerBound, limit: Int64(range.count)).map { $0.sha256 != sum }
                ?? true
        }.map(\.0)
    }
}
