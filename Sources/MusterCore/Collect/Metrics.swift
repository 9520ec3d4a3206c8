/// A job's metrics out of a file of its result.
public enum Metrics {
    /// The forms of such files, by the end of their names.
    public enum Form: Sendable {
        /// A JSON object.
        case json
        /// An object on each line: later ones take the place of earlier ones, value by value.
        case jsonLines
        /// A table with a header: two columns called `name` (or `metric`, `key`) and `value`, or else its last row.
        case csv
        /// A YAML mapping, which somebody else reads.
        case yaml

        /// By a file's name; nil for other ends.
        public init?(name: String) {
            switch name.split(separator: ".").last.map(String.init) {
            case "json": self = .json
            case "jsonl", "ndjson": self = .jsonLines
            case "csv": self = .csv
            case "yaml", "yml": self = .yaml
            default: return nil
            }
        }
    }

    /// The values by name, those inside of others with both names and a dot between; empty where the text is none of the form.
    public static func read(_ text: String, _ form: Form) -> [JSON.Member] {
        switch form {
        case .json: return (try? JSON(parsing: text)).map(flat) ?? []
        case .jsonLines:
            var found: [JSON.Member] = []
            for line in text.split(whereSeparator: \.isNewline) {
                guard let json = try? JSON(parsing: String(line)) else { continue }
                for member in flat(json) { put(member, into: &found) }
            }
            return found
        case .csv: return table(text)
        case .yaml: return []
        }
    }

    /// An object's values, nested ones by dotted names; lists stay as they are.
    public static func flat(_ json: JSON) -> [JSON.Member] {
        (json.members ?? []).flatMap { member -> [JSON.Member] in
            guard member.value.members != nil else { return [member] }
            return flat(member.value).map { JSON.Member("\(member.key).\($0.key)", $0.value) }
        }
    }

    private static func put(_ member: JSON.Member, into members: inout [JSON.Member]) {
        if let known = members.firstIndex(where: { $0.key == member.key }) {
            members[known] = member
        } else {
            members.append(member)
        }
    }

    private static func table(_ text: String) -> [JSON.Member] {
        guard let rows = try? CSV.rows(Array(text.utf8)).map({ $0.fields.map(\.text) }), let header = rows.first,
            rows.count > 1
        else { return [] }
        let isList =
            header.count == 2 && ["name", "metric", "key"].contains(header[0].lowercased())
            && header[1].lowercased() == "value"
        if isList {
            var found: [JSON.Member] = []
            for row in rows.dropFirst() where row.count == 2 { put(.init(row[0], value(row[1])), into: &found) }
            return found
        }
        return zip(header, rows[rows.count - 1]).map { JSON.Member($0, value($1)) }
    }

    /// A number where the text is one.
    private static func value(_ text: String) -> JSON {
        if let whole = Int64(text) { return .int(whole) }
        if let number = Double(text), number.isFinite { return .double(number) }
        return .string(text)
    }
}
