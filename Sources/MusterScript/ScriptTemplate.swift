public import MusterCore
import Stencil

/// A template of a batch script, checked for the names that it uses.
///
/// Stencil prints nothing for a name that it does not know, and quotes nothing. So a template is checked against the
/// known names when it is made, and is given only text that is ready for the shell.
public struct ScriptTemplate: Sendable {
    /// The file, for errors.
    public let file: String
    private let text: String

    /// The names that a template may use.
    public static let names: [String] = [
        "directives", "run", "prologue", "modules", "run_folder", "agent", "slots", "size", "cpus", "many_nodes",
        "time_left",
    ]

    /// The templates that this one extends, by name.
    private let bases: [String: String]

    /// A template's text and the file it stands in.
    public typealias Source = (text: String, file: String)

    /// Takes the text of `file`, and through `base` those of the templates that it extends; throws the diagnostics of
    /// their mistakes.
    public init(
        text: String, file: String, base: (String) -> Source? = { _ in nil }
    ) throws(ScriptTemplateError) {
        var found: [Diagnostic] = []
        var bases: [String: String] = [:]
        var current: Source = (text, file)
        while let name = Self.extended(by: current.text) {
            found += Self.check(current.text, file: current.file, extends: true)
            let place = SourceLocation(file: current.file, line: 1, column: 1)
            guard bases[name] == nil else {
                found.append(Diagnostic(.error, at: place, "the template '\(name)' extends itself"))
                break
            }
            guard let next = base(name) else {
                found.append(
                    Diagnostic(
                        .error, at: place, "there is no script template '\(name)' to extend",
                        hint: "muster's own is: {% extends \"slurm.sh\" %}"))
                break
            }
            bases[name] = next.text
            current = next
        }
        if Self.extended(by: current.text) == nil {
            found += Self.check(current.text, file: current.file, extends: false)
        }
        guard found.isEmpty else { throw ScriptTemplateError(diagnostics: found) }
        self.text = text
        self.file = file
        self.bases = bases
    }

    /// The name behind `{% extends "NAME" %}`, which stands before all else.
    private static func extended(by text: String) -> String? {
        let start = text.drop(while: \.isWhitespace)
        guard start.hasPrefix("{%"), let end = start.firstIndex(of: "}") else { return nil }
        let words = start[..<end].dropFirst(2).dropLast().split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == "extends" else { return nil }
        return String(words[1].filter { $0 != "\"" && $0 != "'" })
    }

    /// Whether the template prints a name or asks for it.
    public func uses(_ name: String) -> Bool {
        ([text] + bases.values).contains { text in
            text.split(separator: "\n").contains { line in Self.names(in: String(line)).contains { $0.1 == name } }
        }
    }

    /// Renders with values for all of ``names``; `true` and `false` stand for conditions.
    func render(_ values: [String: any Sendable]) throws(ScriptTemplateError) -> String {
        do {
            return try Environment(loader: DictionaryLoader(templates: bases), trimBehaviour: .smart)
                .renderTemplate(string: text, context: values)
        } catch {
            let place = SourceLocation(file: file, line: 1, column: 1)
            throw ScriptTemplateError(diagnostics: [
                Diagnostic(.error, at: place, "the template does not render: \(error)")
            ])
        }
    }

    private static func check(_ text: String, file: String, extends: Bool) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if !extends, !text.hasPrefix("#!") {
            found.append(
                Diagnostic(
                    .error, at: SourceLocation(file: file, line: 1, column: 1),
                    "a batch script must begin with '#!'", hint: "begin the template with: #!/bin/bash"))
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for (column, name) in names(in: String(line))
            where !names.contains(name) && !["block", "super"].contains(name) {
                let near = Suggestion.nearest(to: name, in: names)
                found.append(
                    Diagnostic(
                        .error, at: SourceLocation(file: file, line: number + 1, column: column),
                        "unknown name '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                        hint: "a template may use: \(names.joined(separator: ", "))", excerpt: String(line)))
            }
        }
        return found
    }

    /// The names in `{{ name }}`, `{% if name %}` and `{% if not name %}` of a line, with their columns; not those of blocks.
    private static func names(in line: String) -> [(Int, String)] {
        let characters = Array(line)
        var found: [(Int, String)] = []
        var at = 0
        while at + 1 < characters.count {
            let isOutput = characters[at] == "{" && characters[at + 1] == "{"
            let isTag = characters[at] == "{" && characters[at + 1] == "%"
            guard isOutput || isTag else {
                at += 1
                continue
            }
            at += 2
            var words: [(Int, String)] = []
            while at < characters.count, characters[at] != "}", characters[at] != "%" {
                if characters[at].isLetter || characters[at] == "_" {
                    let start = at
                    while at < characters.count,
                        characters[at].isLetter || characters[at].isNumber || characters[at] == "_"
                    {
                        at += 1
                    }
                    words.append((start + 1, String(characters[start..<at])))
                } else {
                    at += 1
                }
            }
            if isTag, ["block", "endblock", "extends"].contains(words.first?.1) { continue }
            found += words.filter { isOutput || !["if", "not", "and", "or", "else", "elif", "endif"].contains($0.1) }
        }
        return found
    }
}

/// A template that can't be used: all its mistakes.
public struct ScriptTemplateError: Error, Sendable {
    /// What is wrong, by place.
    public var diagnostics: [Diagnostic]
}
