import Digest
import Foundation
import MusterCluster
import MusterCore

/// Large files: part by part, so that one that was interrupted goes on where it was.
extension Fetcher {
    /// Seconds that one part may take: a slow line is no failure; one that is dead the session itself finds out.
    private static let patience = 86_400.0

    /// Brings a large file.
    func one(_ errand: Errand) async throws {
        let target = "\(placing.ledger.home)/\(errand.name)"
        let slash = target.lastIndex(of: "/") ?? target.startIndex
        let part = "\(target[..<slash])/.\(target[target.index(after: slash)...]).muster-part"
        var reason = ""
        for attempt in 1...terms.tries {
            if attempt > 1 { try await Task.sleep(for: .seconds(terms.pause(behind: attempt - 1))) }
            do {
                try await complete(part, errand)
                if try placing.place(part, for: errand) { return came(errand) }
                let wrong = try await wrongParts(of: part, errand)
                guard !wrong.isEmpty else {
                    unlink(part)
                    return failed(
                        errand, "what lies there is not \(original): its checksum is another")
                }
                try await bring(wrong, of: errand, to: part)
                if try placing.place(part, for: errand) { return came(errand) }
                reason = "what comes is not \(original): its checksum is another"
            } catch let error as HostError {
                if error.isFinal, attempt == terms.tries { throw error }
                reason = "\(error)"
            } catch let shorter as Shorter {
                unlink(part)
                return failed(errand, "\(shorter)")
            } catch let refusal as Placing.Refusal {
                return failed(errand, "\(refusal)")
            }
        }
        failed(errand, reason)
    }

    /// A part had fewer bytes than it should.
    private struct Shorter: Error, CustomStringConvertible {
        var description: String { "it is shorter on the cluster than when its stage had ended" }
    }

    /// Brings what is missing of a file of which the beginning may be here.
    private func complete(_ part: String, _ errand: Errand) async throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: part).deletingLastPathComponent(), withIntermediateDirectories: true)
        var have = FileLook(part)?.mark.size ?? 0
        if have > errand.file.size {
            unlink(part)
            have = 0
        }
        progress.add(bytes: have)
        let chunk = most(of: terms.chunk.bytes)
        try await bring(
            TransferBatches.parts(size: errand.file.size, chunk: chunk, have: have), of: errand, to: part)
    }

    /// Brings ranges of a file.
    private func bring(_ ranges: [Range<Int64>], of errand: Errand, to part: String) async throws {
        let file = open(part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw Placing.Refusal(description: "'\(part)' can't be written: \(Self.words)") }
        defer { close(file) }
        for range in ranges {
            try await pace(Int64(range.count))
            let result = try await host.run(
                Self.reading(range, of: errand.there), input: [], timeout: Self.patience)
            guard result.status == 0, result.output.count <= range.count else {
                throw HostError(.file, "'\(errand.there)' can't be read on \(host.name): \(result.errorText)")
            }
            guard result.output.count == range.count else { throw Shorter() }
            try Self.write(result.output, to: file, at: range.lowerBound, part)
            moved(Int64(range.count))
        }
        guard fdatasync(file) == 0 else {
            throw Placing.Refusal(description: "'\(part)' can't be written: \(Self.words)")
        }
    }

    private static func reading(_ range: Range<Int64>, of path: String) -> String {
        "tail -c +\(range.lowerBound + 1) -- \(ShellWord.quote(path)) | head -c \(range.count)"
    }

    private static func write(_ bytes: [UInt8], to file: Int32, at offset: Int64, _ path: String) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(file, $0.baseAddress, $0.count, off_t(offset + Int64(done)))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Placing.Refusal(description: "'\(path)' can't be written: \(words)") }
            done += count
        }
    }

    private static var words: String { String(cString: strerror(errno)) }

    /// The parts of which other bytes are here than there.
    private func wrongParts(of part: String, _ errand: Errand) async throws -> [Range<Int64>] {
        let parts = TransferBatches.parts(size: errand.file.size, chunk: terms.chunk.bytes)
        let script = parts.map { "\(Self.reading($0, of: errand.there)) | sha256sum" }.joined(separator: "\n")
        let result = try await host.run("sh -s", input: Array(script.utf8), timeout: Self.patience)
        let sums = result.text.split(separator: "\n").map { $0.prefix { $0 != " " } }
        guard result.status == 0, sums.count == parts.count else {
            throw HostError(.file, "the sums of '\(errand.there)' can't be taken on \(host.name): \(result.errorText)")
        }
        return zip(parts, sums).filter { range, sum in
            FileDigest(path: part, from: range.lowerBound, limit: Int64(range.count)).map { $0.sha256 != sum } ?? true
        }.map(\.0)
    }
}
