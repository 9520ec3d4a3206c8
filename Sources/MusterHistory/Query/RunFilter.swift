import GRDB
public import MusterCore

/// Which runs are meant. What is nil asks for nothing; texts may hold `*`, `?` and `[...]` as SQLite's GLOB has them.
public struct RunFilter: Equatable, Sendable {
    /// The sweep's name.
    public var sweep: String?
    /// The cluster's name.
    public var cluster: String?
    /// The config's path, or its end behind a `/`.
    public var config: String?
    /// A scene that one of its jobs has.
    public var scene: String?
    /// An outcome or standing that one of its jobs has; `failed` is every end but success and cancelling.
    public var outcome: String?
    /// Made at or after, and before.
    public var since: Timestamp?, until: Timestamp?
    /// Values that one of its jobs has together, by parameter: `lr`, or `stage.lr`. Numbers match by value.
    public var values: [JSON.Member] = []

    /// Asks for nothing: all runs.
    public init() {}

    /// A condition on the table `runs` and what its places stand for.
    var condition: (sql: String, arguments: StatementArguments) {
        var parts: [String] = []
        var arguments = StatementArguments()
        func add(_ sql: String, _ values: (any DatabaseValueConvertible)...) {
            parts.append(sql)
            arguments += StatementArguments(values)
        }
        if let sweep { add("sweep GLOB ?", sweep) }
        if let cluster { add("cluster GLOB ?", cluster) }
        if let config { add("(config_path GLOB ? OR config_path GLOB ?)", config, "*/\(config)") }
        if let since { add("coalesce(created, first) >= ?", since.microseconds) }
        if let until { add("coalesce(created, first) < ?", until.microseconds) }
        if scene != nil || outcome != nil || !values.isEmpty {
            var of = ["j.run = runs.run", "NOT j.shared"]
            if let scene {
                of.append("j.scene GLOB ?")
                arguments += [scene]
            }
            if let outcome { of.append(Self.standing(outcome, &arguments)) }
            for value in values {
                of.append(
                    """
                    EXISTS (SELECT 1 FROM json_each(j.point) v
                        WHERE (v.key = ? OR v.key GLOB ?) AND \(Self.equals(value.value, &arguments, key: value.key)))
                    """)
            }
            parts.append("EXISTS (SELECT 1 FROM jobs j WHERE \(of.joined(separator: " AND ")))")
        }
        return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
    }

    private static func standing(_ word: String, _ arguments: inout StatementArguments) -> String {
        switch word {
        case "failed": return "j.outcome NOT IN ('succeeded', 'cancelled', 'running')"
        case "waiting": return "j.outcome IS NULL"
        default:
            arguments += [word]
            return "j.outcome = ?"
        }
    }

    private static func equals(_ value: JSON, _ arguments: inout StatementArguments, key: String) -> String {
        arguments += [key, "*.\(key)"]
        switch value {
        case .int(let number): arguments += [number]
        case .double(let number): arguments += [number]
        case .bool(let flag):
            arguments += [flag ? "true" : "false"]
            return "v.type = ?"
        case .string(let text): arguments += [text]
        default:
            arguments += [value.line]
        }
        return "v.value = ?"
    }
}

extension History {
    /// The runs that `filter` means, the latest first.
    public func runs(_ filter: RunFilter) throws -> [RunSummary] {
        let (condition, arguments) = filter.condition
        return try writer.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT run FROM runs WHERE \(condition) ORDER BY coalesce(created, first) DESC, run DESC",
                arguments: arguments
            ).compactMap { try Self.summary(of: $0, db) }
        }
    }
}
