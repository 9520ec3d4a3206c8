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
        let rows: [CSV.Row]
        do throws(CSV.Mistake) { rows = try CSV.rows(bytes) } catch {
            throw Mistake(line: error.line, message: error.message)
        }
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
