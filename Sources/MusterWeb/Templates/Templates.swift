import Mustache
import MusterCore

/// The pages' texts, read once. What stands in `{{ }}` is escaped by ``Markup``; only pictures and parts that were made by
/// templates themselves stand in `{{{ }}}`.
struct Templates: Sendable {
    private let all: [String: MustacheTemplate]

    /// Reads all of them; throws where one is malformed.
    init() throws {
        MustacheContentTypes.register(PageText(), named: "PAGE")
        all = try Self.sources.mapValues { try MustacheTemplate(string: "{{% CONTENT_TYPE:PAGE}}\n" + $0) }
    }

    /// Fills the template of that name.
    func text(_ name: String, _ value: Any) -> String { all[name]?.render(value) ?? "" }

    static let sources: [String: String] = [
        "frame": frame, "runs": runs, "summary": summary, "field": field, "nodes": nodes, "failures": failures,
        "jobs": jobs, "job": job, "attempts": attempts, "log": log, "comparison": comparison, "report": report,
        "message": message,
    ]
}

/// Escapes scalar by scalar: characters would hide a quotation mark that a combining accent follows.
private struct PageText: MustacheContentType {
    func escapeText(_ text: String) -> String { Markup.escaped(text) }
}
