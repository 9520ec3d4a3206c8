/// What `{scene.name}`, `{point.NAME}`, `{stage.KEY}`, `{output_dir}` and their like stand for in one job.
public struct Placeholders: Sendable {
    private var values: [String: String]

    /// The values for `stage` of the job `row`, which writes into `outputDir`; `share` is a worker's part of the items.
    public init(row: JobRow, stage: StageSpec, outputDir: String, run: String, share: ItemShare? = nil) {
        values = [
            "scene.name": row.scene.name, "scene.path": row.scene.path, "output_dir": outputDir,
            "result_dir": row.output, "job.id": row.id, "job.index": String(row.index), "run.id": run,
            "point.id": row.point.id, "stage.name": stage.name,
        ]
        if let share { values.merge(share.values) { $1 } }
        for member in row.point.values { values["point.\(member.key)"] = Self.text(member.value) }
        for member in stage.parameters { values["stage.\(member.key)"] = Self.text(member.value) }
        // A parameter named STAGE.KEY is that stage's own parameter at this point.
        for member in row.point.values where member.key.hasPrefix("\(stage.name).") {
            values["stage.\(member.key.dropFirst(stage.name.count + 1))"] = Self.text(member.value)
        }
    }

    /// The values for a job's folder at home.
    public init(job: String, scene: Scene, point: Point, run: String) {
        values = ["scene.name": scene.name, "job.id": job, "run.id": run, "point.id": point.id]
        for member in point.values { values["point.\(member.key)"] = Self.text(member.value) }
    }

    /// The values that are the same for all jobs of a stage with these parameters.
    public init(parameters: [JSON.Member]) {
        self.init(parameters.map { JSON.Member("stage.\($0.key)", $0.value) })
    }

    /// Values by their own names.
    init(_ members: [JSON.Member]) {
        values = Dictionary(members.map { ($0.key, Self.text($0.value)) }) { $1 }
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

    /// A name in braces that nothing stands behind, or that is no number for its format.
    public struct Unknown: Error, Equatable, Sendable {
        /// The name without braces, with its format where that is the trouble.
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
            case .formatted(let name, let format):
                guard let value = values[name] else { throw Unknown(name: name) }
                guard let text = NumberFormat(format)?.text(of: .string(value)) else {
                    throw Unknown(name: "\(name):\(format)")
                }
                out += quote(text)
            case .condition: break
            }
        }
        return out
    }

    /// The words to start for `command`; a shell line runs under `bash -c`.
    public func arguments(of command: Command) throws(Unknown) -> [String] {
        switch command {
        case .argv(let words):
            var out: [String] = []
            for word in words {
                switch word {
                case .word(let text): out.append(try expand(text))
                case .group(let texts):
                    guard texts.allSatisfy(stands) else { continue }
                    for text in texts {
                        let word = try expand(text)
                        // A text that is a condition alone makes no word.
                        if !word.isEmpty || Self.pieces(of: text).isEmpty { out.append(word) }
                    }
                }
            }
            return out
        case .shell(let line): return ["/bin/bash", "-c", try expand(line, quote: ShellWord.quote)]
        }
    }

    /// Whether a text of a group of words stands: all that it names is set, and its conditions hold.
    private func stands(_ template: String) -> Bool {
        Self.pieces(of: template).allSatisfy { piece in
            switch piece {
            case .text: true
            case .name(let name), .formatted(let name, _): isSet(name)
            case .condition(let name, let wanted): isSet(name) == wanted
            }
        }
    }

    /// Neither missing nor empty nor false.
    private func isSet(_ name: String) -> Bool { values[name].map { !["", "false"].contains($0) } ?? false }

    /// A template taken apart.
    public enum Piece: Equatable, Sendable {
        /// Literal text.
        case text(String)
        /// A name that stood in braces.
        case name(String)
        /// A name with a number format: `{lr:.0e}`.
        case formatted(String, String)
        /// `{?name}` or `{!name}`: stands for nothing, and is met when the name is set, or is not.
        case condition(String, Bool)
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
                let piece = piece(rest[..<end])
            {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(piece)
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
        pieces(of: template).compactMap {
            switch $0 {
            case .text: nil
            case .name(let name), .formatted(let name, _), .condition(let name, _): name
            }
        }
    }

    private static func piece(_ text: Substring) -> Piece? {
        if text.first == "?" || text.first == "!" {
            return isName(text.dropFirst()) ? .condition(String(text.dropFirst()), text.first == "?") : nil
        }
        if let colon = text.firstIndex(of: ":") {
            let format = text[text.index(after: colon)...]
            guard isName(text[..<colon]), NumberFormat(format) != nil else { return nil }
            return .formatted(String(text[..<colon]), String(format))
        }
        return isName(text) ? .name(String(text)) : nil
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-" || $0 == "."
        }
    }
}
