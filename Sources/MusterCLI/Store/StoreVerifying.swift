import MusterCore
import MusterProvenance

/// Reads what a store has.
struct StoreVerifying {
    let store: ContentStore

    /// Names what is not what it is called, and takes it from `mend` where that is said.
    func run(mend: String?, json: Bool) async throws {
        let contents = try store.contents()
        let total = contents.reduce(0) { $0 + max(0, $1.size) }
        var (bytes, damaged): (Int64, [(sum: String, reason: String)]) = (0, [])
        for (number, content) in contents.enumerated() {
            if let reason = store.damage(content.sum) { damaged.append((content.sum, reason)) }
            bytes += max(0, content.size)
            Terminal.progress(
                "read \(number + 1) of \(contents.count) contents, \(ByteCount(bytes)) of \(ByteCount(total))")
        }
        Terminal.endProgress()
        var report: StoreReport?
        if let mend, !damaged.isEmpty {
            let pull = StorePull(home: store, place: try await StorePlace.find(mend))
            report = try await pull.run(damaged.map(\.sum), replaces: true)
        }
        let left = damaged.filter { store.damage($0.sum) != nil }
        if json {
            Terminal.print(
                JSON.object([
                    "schema": 1, "contents": .int(contents.count), "bytes": .int(total),
                    "damaged": .strings(damaged.map(\.sum)), "mended": .int(damaged.count - left.count),
                    "left": .strings(left.map(\.sum)), "transfer": report?.json,
                ]).line)
        }
        for (sum, reason) in damaged {
            let isLeft = left.contains { $0.sum == sum }
            Terminal.complain("\(isLeft ? "damaged" : "mended"): \(store.object(sum)): \(reason)")
        }
        for failure in report?.failed ?? [] {
            Terminal.complain("  \(failure.sha256.prefix(16)): \(failure.reason)".visible)
        }
        Terminal.complain(
            "\(contents.count) contents with \(ByteCount(total)): \(damaged.count) damaged, \(damaged.count - left.count) mended"
        )
        guard !left.isEmpty else { return }
        if mend == nil { Terminal.complain("to take good ones from another store: muster store verify --mend PLACE") }
        throw ExitStatus.someFailed
    }
}
