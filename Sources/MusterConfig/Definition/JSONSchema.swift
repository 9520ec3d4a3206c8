public import MusterCore

extension Reference {
    /// A JSON schema (draft 2020-12) for editors: `# yaml-language-server: $schema=...` in a config's first line.
    public static func schema(of file: File) -> JSON {
        var definitions: [JSON.Member] = []
        for section in sections(from: [file.section]).dropFirst() {
            definitions.append(JSON.Member(section.name, object(section)))
        }
        var root: [JSON.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", .string("muster: \(file.section.name)")),
        ]
        root += object(file.section).members ?? []
        root.append(.init("$defs", .object(definitions)))
        return .object(root)
    }

    private static func object(_ section: Section) -> JSON {
        let required = section.keys.filter(\.isRequired).map(\.name)
        var members: [JSON.Member] = [
            .init("description", .string(section.meaning)), .init("type", .strings(["object", "null"])),
            .init(
                "properties",
                .object(
                    section.keys.map { key in
                        let described: [JSON.Member] = [.init("description", .string(key.meaning))]
                        return .init(key.name, .object(described + (schema(key.kind).members ?? [])))
                    })),
            .init("additionalProperties", section.others.map(schema) ?? false),
        ]
        if !required.isEmpty { members.append(.init("required", .strings(required))) }
        return .object(members)
    }

    /// Every value may be null, which is the same as leaving it out.
    private static func schema(_ kind: ValueKind) -> JSON {
        func type(_ names: [String], _ more: [JSON.Member] = []) -> JSON {
            .object([.init("type", .strings(names + ["null"]))] + more)
        }
        switch kind {
        case .text, .path: return type(["string", "number", "boolean"])
        case .flag: return type(["boolean"])
        case .count(let range):
            let most: [JSON.Member] =
                range.upperBound == Int.max ? [] : [.init("maximum", .int(Int64(range.upperBound)))]
            return type(["integer"], [.init("minimum", .int(Int64(range.lowerBound)))] + most)
        case .number: return type(["number"])
        case .size: return type(["string", "integer"], [.init("examples", .strings(["512M", "4G"]))])
        case .time: return type(["string", "integer"], [.init("examples", .strings(["30m", "1h30m", "1-12:00:00"]))])
        case .choice(let words): return .object([.init("enum", .array(words.map { .string($0) } + [.null]))])
        case .any: return .object([])
        case .rule: return .object([.init("type", "string"), .init("pattern", .string("[{(*/]"))])
        case .list(let kind): return type(["array"], [.init("items", schema(kind))])
        case .section(let section): return .object([.init("$ref", .string("#/$defs/\(section.name)"))])
        case .table(let kind): return type(["object"], [.init("additionalProperties", schema(kind))])
        case .either(let kinds): return .object([.init("anyOf", .array(kinds.map(schema)))])
        }
    }
}
