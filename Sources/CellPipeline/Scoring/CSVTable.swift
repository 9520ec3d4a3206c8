/// A table of numbers with a head, as the pipeline writes them: commas, no quotes.
package struct CSVTable {
    private let path: String
    private let columns: [Substring]
    private let lines: [Substring]

    package init(path: String) throws { try self.init(path: path, text: try readText(path)) }

    package init(path: String, text: String) throws {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let head = lines.first else { throw PipelineError(cannot: "read", path, "it is empty") }
        self.path = path
        columns = head.split(separator: ",", omittingEmptySubsequences: false)
        self.lines = Array(lines.dropFirst())
    }

    /// The rows, reduced to the columns asked for, in that order.
    package func rows(_ names: [String]) throws -> [[Double]] {
        try texts(names).enumerated().map { index, fields in
            try zip(names, fields).map { name, field in
                guard let value = Double(field) else {
                    throw PipelineError(cannot: "read", path, "line \(index + 2) has no number for \(name)")
                }
                return value
            }
        }
    }

    /// As ``rows(_:)``, as they are written.
    package func texts(_ names: [String]) throws -> [[Substring]] {
        let places = try names.map { name in
            guard let place = columns.firstIndex(of: name[...]) else {
                throw PipelineError(cannot: "read", path, "it has no column \(name)")
            }
            return place
        }
        return try lines.enumerated().map { index, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return try zip(names, places).map { name, place in
                guard place < fields.count else {
                    throw PipelineError(cannot: "read", path, "line \(index + 2) has no number for \(name)")
                }
                return fields[place]
            }
        }
    }
}
