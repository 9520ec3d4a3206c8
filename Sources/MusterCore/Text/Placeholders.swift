/// What `{scene.name}`, `{point.NAME}`, `{stage.KEY}`, `{output_dir}` and their like stand for in one job.
public struct Placeholders: Sendable {
    private var values: [String: String]

    /// The values for `stage` of the job `row`, which writes into `outputDir`.
    public init(row: JobRow, stage: StageSpec, outputDir: String, run: String) {
        values = [
            "scene.name": row.scene.name, "scene.path": row.scene.path, "output_dir": outputDir, "job.id": row.id,
            "job.index": String(row.index), "run.id": run, "point.id": row.point.id, "stage.name": stage.name,
        ]
        for member in row.point.values { values["point.\(member.key)"] = Self.text(member.value) }
        for member in stage.parameters { values["stage.\(member.key)"] = Self.text(member.value) }
        // A parameter named STAGE.KEY is that stage's own parameter at this point.
        for member in row.point.values where member.key.hasPrefix("\(stage.name).") {
            values["stage.\(member.key.dropFirst(stage.name.count + 1))"] = Self.text(member.value)
        }
    }

    /// A value as the text that goes into a command: numbers and booleans as written in the config, lists with commas.
    public static func text(_ value: JSON) -> String {
        switch value {
        case .string(let text): text
        case .array(let elements): elements.map(text).joined(separator: ",")
        case .null: ""
        default: value.line
        }
    }

    /// A name in braces that nothing stands behind.
    public struct Unknown: Error, Equatable, Sendable {
        /// The name without braces.
        public var name: String

        /// Names it.
        public init(name: String) { self.name = name }
    }

    /// `template` with every `{name}` replaced by `quote` of its value; `{{` and `}}` stand for single braces.
    ///
    /// Braces around anything that is not a dotted name (letters, digits, `_`, `-`, `.`) are left alone, so that
    /// shell's `${HOME}` and awk programs survive.
    public func expand(_ template: String, quote: (String) -> String = { $0 }) throws(Unknown) -> String {
        var out = ""
        for piece in Self.pieces(of: template) {
            switch piece {
            case .text(let text): out += text
            case .name(let name):
                guard let value = values[name] else { throw Unknown(name: name) }
                out += quote(value)
            }
        }
        return out
    }

    /// The words to start for `command`; a shell line runs under `bash -c`.
    public func arguments(of command: Command) throws(Unknown) -> [String] {
        switch command {
        case .argv(let words):
            var out: [String] = []
            for word in words { out.append(try expand(word)) }
            return out
        case .shell(let line): return ["/bin/bash", "-c", try expand(line, quote: ShellWord.quote)]
        }
    }

    /// A template taken apart.
    public enum Piece: Equatable, Sendable {
        /// Literal text.
        case text(String)
        /// A name that stood in braces.
        case name(String)
    }

    /// Takes a template apart. A `{` behind a `$` is the shell's own.
    public static func pieces(of template: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(template)
        while let character = rest.first {
            rest.removeFirst()
            if character == "{" || character == "}", rest.first == character {
                rest.removeFirst()
                text.append(character)
            } else if character == "{", text.last != "$", let end = rest.firstIndex(of: "}"),
                isName(rest[..<end])
            {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.name(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                text.append(character)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    /// The names that `template` uses.
    public static func names(in template: String) -> [String] {
        pieces(of: template).compactMap { if case .name(let name) = $0 { name } else { nil } }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
        }
    }
}
