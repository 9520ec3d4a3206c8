import MusterCore
import YAML

/// Collects the mistakes of the texts that make one config, while values are taken out of its nodes.
///
/// A mark's `source` is a text's position in the order in which they were added.
final class Reader {
    /// The user's main file.
    let file: String
    /// Unknown keys and other warnings count as errors.
    let isStrict: Bool
    private var texts: [(file: String, lines: [Substring])] = []
    private(set) var found: [Diagnostic] = []
    /// The preset that the config names, once it was read.
    var preset: Node?
    /// The record files that the pipeline keeps besides muster's own, once it was read.
    var records: RecordStyle?
    /// Warnings about scalars that were made already, by place.
    private var doubted: Set<Mark> = []

    init(file: String, isStrict: Bool = false) {
        self.file = file
        self.isStrict = isStrict
    }

    /// Adds a text and parses it; a broken one is a mistake like any other.
    func parse(_ bytes: [UInt8], file: String) -> Node? {
        let source = texts.count
        let text = String(decoding: bytes, as: UTF8.self)
        texts.append((file, text.split(separator: "\n", omittingEmptySubsequences: false)))
        do throws(YAMLError) {
            if let root = try Node.parse(bytes, source: source) { return root }
            report(at: Mark(line: 1, column: 1, source: source), "the file is empty; expected a mapping")
        } catch {
            report(at: error.mark, error.message)
        }
        return nil
    }

    /// Where a mark stands.
    func location(_ mark: Mark) -> SourceLocation {
        let file = texts.indices.contains(mark.source) ? texts[mark.source].file : self.file
        return SourceLocation(file: file, line: mark.line, column: mark.column)
    }

    func report(_ severity: Diagnostic.Severity = .error, at mark: Mark, _ message: String, hint: String? = nil) {
        let lines = texts.indices.contains(mark.source) ? texts[mark.source].lines : []
        let excerpt = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
        let isError = severity == .error || severity == .warning && isStrict
        found.append(
            Diagnostic(isError ? .error : severity, at: location(mark), message, hint: hint, excerpt: excerpt))
    }

    /// Warns, once a place, of a plain scalar that readers of YAML 1.1 (PyYAML among them) take for something else.
    func doubt(_ node: Node) {
        guard case .scalar(let text, isPlain: true) = node.content, let other = Scalar.otherReading(of: text),
            doubted.insert(node.mark).inserted
        else { return }
        report(
            .warning, at: node.mark, "\(text) is read as written; by YAML 1.1 it would be \(other)",
            hint: "write '\(text)' in quotes, and every reader agrees")
    }
}
