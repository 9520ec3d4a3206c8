import MusterCore
import YAML

/// Points from a file beside the config: CSV with a header (RFC 4180), or JSON lines.
enum PointFile {
    static func factor(_ name: String, at mark: Mark, _ reader: Reader, _ files: ConfigFiles) -> Factor? {
        guard let text = files.load(name, reader.location(mark).file) else {
            reader.report(
                at: mark, "'sweep.file' names '\(name)', which can't be read",
                hint: "a path is taken from the file that names it")
            return nil
        }
        let isLines = [".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
        do throws(Mistake) {
            let factor = isLines ? try lines(text.bytes) : try table(text.bytes)
            guard !factor.rows.isEmpty else { throw Mistake(line: 1, message: "there are no points") }
            return factor
        } catch {
            reader.report(at: mark, "\(text.file):\(error.line): \(error.message)")
            return nil
        }
    }

    /// What is wrong with a line of the file.
    struct Mistake: Error {
        var line: Int
        var message: String
    }

    private static func lines(_ bytes: [UInt8]) throws(Mistake) -> Factor {
        var names: [String] = []
        var rows: [[JSON]] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            guard let members = (try? JSON(parsing: String(decoding: line, as: UTF8.self)))?.members, !members.isEmpty
            else {
                throw Mistake(line: index + 1, message: "expected a JSON object such as {\"lr\": 0.1}")
            }
            if names.isEmpty { names = members.map(\.key) }
            guard Set(names) == Set(members.map(\.key)), members.count == names.count else {
                throw Mistake(
                    line: index + 1,
                    message: "expected the parameters of the first line: \(names.joined(separator: ", "))")
            }
            rows.append(names.map { name in members.first { $0.key == name }?.value ?? .null })
        }
        return Factor(names: names, rows: rows)
    }

    private static func table(_ bytes: [UInt8]) throws(Mistake) -> Factor {
        let rows = try CSVReader.rows(bytes)
        guard let header = rows.first, header.fields.allSatisfy({ !$0.text.isEmpty }) else {
            throw Mistake(line: 1, message: "expected a header with the parameters' names")
        }
        let names = header.fields.map(\.text)
        guard Set(names).count == names.count else {
            throw Mistake(line: 1, message: "a parameter stands twice in the header")
        }
        var values: [[JSON]] = []
        for row in rows.dropFirst() {
            guard row.fields.count == names.count else {
                throw Mistake(
                    line: row.line, message: "expected \(names.count) fields as in the header, not \(row.fields.count)")
            }
            values.append(
                row.fields.map { field in
                    let node = Node(.scalar(field.text, isPlain: !field.isQuoted), mark: Mark(line: 1, column: 1))
                    return field.text.isEmpty ? .string("") : Scalar.value(node)
                })
        }
        return Factor(names: names, rows: values)
    }
}

/// A reader of comma-separated values (RFC 4180): quoted fields may hold commas, line ends and doubled quotes.
enum CSVReader {
    struct Row {
        var line: Int
        var fields: [Field]
    }
    struct Field {
        var text: String
        var isQuoted: Bool
    }

    static func rows(_ bytes: [UInt8]) throws(PointFile.Mistake) -> [Row] {
        var rows: [Row] = []
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        while at < bytes.count {
            var row = Row(line: line, fields: [])
            var isOpen = true
            while isOpen {
                var field: [UInt8] = []
                let isQuoted = at < bytes.count && bytes[at] == UInt8(ascii: "\"")
                if isQuoted {
                    at += 1
                    while true {
                        guard at < bytes.count else {
                            throw PointFile.Mistake(line: row.line, message: "a quote is not closed")
                        }
                        if bytes[at] == UInt8(ascii: "\"") {
                            guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
                            at += 1
                        }
                        if bytes[at] == 0x0A { line += 1 }
                        field.append(bytes[at])
                        at += 1
                    }
                    at += 1
                }
                while at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != 0x0A {
                    field.append(bytes[at])
                    at += 1
                }
                isOpen = at < bytes.count && bytes[at] == UInt8(ascii: ",")
                if !isOpen, field.last == 0x0D { field.removeLast() }
                let text = String(decoding: field, as: UTF8.self)
                row.fields.append(Field(text: isQuoted ? text : String(text.trimming()), isQuoted: isQuoted))
                at += 1
            }
            line += 1
            if row.fields.count > 1 || !(row.fields.first?.text.isEmpty ?? true) { rows.append(row) }
        }
        return rows
    }
}
