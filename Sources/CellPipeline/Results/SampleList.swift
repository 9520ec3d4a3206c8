internal import YAML

/// Fields of view that belong together: cells of the same kind, treated alike.
public struct Sample: Equatable, Sendable {
    /// Its name, which files are called by.
    public var name: String
    /// Numbers of fields of view, ascending.
    public var fovs: [Int]

    /// Names one.
    public init(name: String, fovs: [Int]) { (self.name, self.fovs) = (name, fovs) }
}

/// A file of samples, as PyAMA's viewers write it: `samples: [{name: control, fovs: "0-5, 7, 9-11"}]`.
public enum SampleList {
    /// Reads a file.
    ///
    /// - Throws: ``PipelineError`` with the line for what is none, for a name that stands twice or is no file's, and for fields of
    ///   view that belong to two samples.
    public static func read(_ path: String) throws -> [Sample] {
        try parse(Array(try readText(path).utf8), path: path)
    }

    package static func parse(_ bytes: [UInt8], path: String) throws -> [Sample] {
        func fail(_ mark: Mark, _ words: String) -> PipelineError {
            PipelineError(cannot: "read", "\(path):\(mark.line)", words)
        }
        let root: Node?
        do { root = try Node.parse(bytes) } catch { throw fail(error.mark, error.message) }
        guard let root, case .sequence(let elements)? = root["samples"]?.content, !elements.isEmpty else {
            throw fail(root?.mark ?? Mark(line: 1, column: 1), "expected 'samples' with a list of {name, fovs}")
        }
        var samples: [Sample] = []
        var owners: [Int: String] = [:]
        for element in elements {
            guard case .scalar(let name, _)? = element["name"]?.content, isName(name) else {
                throw fail(element.mark, "a sample needs a 'name' that a file can have")
            }
            guard !samples.contains(where: { $0.name == name }) else {
                throw fail(element.mark, "the sample '\(name)' stands twice")
            }
            guard let fovs = element["fovs"].flatMap(numbers) else {
                throw fail(element.mark, "the sample '\(name)' needs 'fovs' such as \"0-5, 7, 9-11\"")
            }
            for fov in fovs {
                if let other = owners.updateValue(name, forKey: fov) {
                    throw fail(element.mark, "field of view \(fov) belongs to '\(other)' and to '\(name)'")
                }
            }
            samples.append(Sample(name: name, fovs: fovs))
        }
        return samples
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.contains { $0 == "/" || $0 == "\0" || $0.isNewline }
    }

    /// A text of ranges, a number, or a list of either.
    private static func numbers(_ node: Node) -> [Int]? {
        let texts: [String]
        switch node.content {
        case .scalar(let text, _): texts = [text]
        case .sequence(let elements):
            texts = elements.compactMap { if case .scalar(let text, _) = $0.content { text } else { nil } }
            guard texts.count == elements.count else { return nil }
        case .mapping: return nil
        }
        var found: Set<Int> = []
        for text in texts {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                    Int($0.filter { $0 != " " })
                }
                guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0,
                    first <= last, last < 100_000
                else { return nil }
                found.formUnion(first...last)
            }
        }
        return found.isEmpty ? nil : found.sorted()
    }
}
