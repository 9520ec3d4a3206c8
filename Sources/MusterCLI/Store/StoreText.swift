import MusterCore
import MusterHistory
import MusterProvenance

/// What is said of a store.
enum StoreText {
    /// The contents, as a table or one JSON object.
    static func list(_ rows: [(stored: ContentStore.Stored, known: ContentRecord?)], folder: String, json: Bool) {
        let bytes = rows.reduce(0) { $0 + max(0, $1.stored.size) }
        if json {
            let contents = rows.map { stored, known in
                JSON.object([
                    "sha256": .string(stored.sum), "size": .int(stored.size), "uses": .int(known?.uses ?? 0),
                    "path": known.map { .string($0.path) }, "type": known.map { .string($0.type) },
                    "came": .string("\(stored.came)"), "orphan": .bool(known == nil),
                ])
            }
            return Terminal.print(
                JSON.object([
                    "schema": 1, "store": .string(folder), "bytes": .int(bytes), "contents": .array(contents),
                ]).line)
        }
        var table = Table(header: ["CONTENT", "SIZE", "USES", "CAME", "FIRST KNOWN AS"], right: [1, 2])
        table.rows = rows.map { stored, known in
            [
                String(stored.sum.prefix(16)), stored.size < 0 ? "no file" : "\(ByteCount(stored.size))",
                "\(known?.uses ?? 0)", "\(stored.came)", known?.path.visible ?? "-",
            ]
        }
        if !rows.isEmpty { Terminal.print(table.text) }
        Terminal.complain("\(rows.count) contents with \(ByteCount(bytes)) in \(folder)")
    }

    /// What came of a way between two stores.
    static func tell(_ report: StoreReport, _ verb: String, json: Bool) throws {
        if json { Terminal.print(report.json.line) }
        let mended = report.mended > 0 ? ", \(report.mended) of them for damaged ones" : ""
        Terminal.complain(
            "\(report.contents) contents: \(report.unchanged) were there, \(report.transferred) \(verb) (\(ByteCount(report.bytes)))\(mended)"
        )
        for failure in report.failed.prefix(10) {
            Terminal.complain("  \(failure.sha256.prefix(16)): \(failure.reason)".visible)
        }
        if report.failed.count > 10 { Terminal.complain("  ... and \(report.failed.count - 10) more") }
        if !report.failed.isEmpty { throw ExitStatus.someFailed }
    }
}
