import Glibc
import MusterCore

/// The file of what a relay has heard of one run, and the run's latest samples beside it.
///
/// A line stands in the file, and the file on the disk, before its fact is acknowledged. What a crash tore is cut off
/// when the file is opened again.
final class Journal {
    private let file: RelayFile
    private let live: RelayFile
    /// Bytes of whole lines.
    private(set) var size: Int64 = 0
    /// Facts of each source that stand in the file, without a gap.
    private(set) var last: [String: Int64] = [:]
    /// The latest sample of each stage since they were written, by a key of its own.
    private var samples: [String: [UInt8]] = [:]

    /// Opens the journal of a run, making its folder, and reads how far each source is.
    init(_ paths: RunPaths) throws(RelayFailure) {
        try RelayFile.makeFolder(
            String(paths.journal.prefix(upTo: paths.journal.lastIndex(of: "/") ?? paths.journal.endIndex)))
        file = try RelayFile(paths.journal, O_RDWR | O_CREAT)
        live = try RelayFile(paths.relayedSamples, O_RDWR | O_CREAT)
        resume()
    }

    private func resume() {
        var rest: [UInt8] = []
        var offset: Int64 = 0
        while true {
            let part = file.read(from: offset, count: 1 << 20)
            offset += Int64(part.count)
            rest += part
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else {
                if part.isEmpty { break }
                continue
            }
            for line in rest[..<end].split(separator: UInt8(ascii: "\n")) {
                guard let json = try? JSON(parsing: line), let source = json["src"]?.string else { continue }
                if let sequence = json["seq"]?.int, sequence == last[source, default: 0] + 1 { last[source] = sequence }
            }
            size += Int64(end + 1)
            rest.removeSubrange(...end)
            if part.isEmpty { break }
        }
        if offset > size { file.cut(to: size) }
    }

    /// Appends the facts that are next of their sources, in one piece that is on the disk when this returns; keeps the
    /// samples.
    func append(_ events: [Event]) throws(RelayFailure) {
        var bytes: [UInt8] = []
        var reached = last
        for event in events {
            guard let sequence = event.sequence else {
                keep(event)
                continue
            }
            // What is known is left out, and what lies behind a gap is sent again in its turn.
            guard sequence == reached[event.source, default: 0] + 1 else { continue }
            reached[event.source] = sequence
            bytes += event.json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        guard !bytes.isEmpty else { return }
        do throws(RelayFailure) {
            try file.write(bytes, at: size)
            guard fdatasync(file.descriptor) == 0 else { throw .last("fdatasync", file.path) }
        } catch {
            file.cut(to: size)
            throw error
        }
        size += Int64(bytes.count)
        last = reached
    }

    private func keep(_ event: Event) {
        guard case .sample(let key, let stage, _) = event.body else { return }
        samples["\(key.job) \(stage)"] = event.json.bytes
    }

    /// Writes the samples that came since the last time; nothing depends on it.
    func writeSamples() {
        guard !samples.isEmpty else { return }
        var bytes: [UInt8] = []
        for line in samples.values { bytes += line + [UInt8(ascii: "\n")] }
        samples = [:]
        try? live.replace(with: bytes)
    }
}
