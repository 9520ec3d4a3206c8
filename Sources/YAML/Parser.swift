import CYAML

extension Node {
    /// Levels of nesting that are read.
    public static let maximumDepth = 64
    /// Nodes that a document may have once its aliases are expanded: a few lines of aliases can stand for billions.
    public static let maximumNodes = 1_000_000

    /// Reads a text with exactly one document; nil for an empty one.
    ///
    /// Refused, each with its place: duplicate keys, keys that are not scalars, more than one document, nesting deeper
    /// than ``maximumDepth``, more than ``maximumNodes`` nodes, an alias inside of what it stands for.
    /// `source` is given to every mark.
    public static func parse(_ bytes: [UInt8], source: Int = 0) throws(YAMLError) -> Node? {
        var reader = EventReader(bytes, source: source)
        return try reader.document()
    }
}

/// Builds nodes from libyaml's events. The parser remembers its own address and that of the input, so both live on the
/// heap until the reader goes away.
private struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var anchors: [String: Node] = [:]
    private var open: Set<String> = []
    private var nodes = 0
    private let source: Int

    init(_ bytes: [UInt8], source: Int) {
        self.source = source
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// What of an event is used here, copied out of libyaml's memory.
    private struct Event {
        enum Kind {
            case scalar(String, isPlain: Bool)
            case alias(String)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd, documentStart, documentEnd, streamEnd, other
        }
        var kind: Kind
        var mark: Mark
        var anchor: String?
    }

    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let mark = Mark(line: event.start_mark.line + 1, column: event.start_mark.column + 1, source: source)
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
            pointer.map { String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)) }
        }
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isText = scalar.style != YAML_PLAIN_SCALAR_STYLE || text(scalar.tag) == "tag:yaml.org,2002:str"
            return Event(kind: .scalar(value, isPlain: !isText), mark: mark, anchor: text(scalar.anchor))
        case YAML_ALIAS_EVENT: return Event(kind: .alias(text(event.data.alias.anchor) ?? ""), mark: mark)
        case YAML_SEQUENCE_START_EVENT:
            return Event(kind: .sequenceStart, mark: mark, anchor: text(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            return Event(kind: .mappingStart, mark: mark, anchor: text(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, mark: mark)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, mark: mark)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, mark: mark)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, mark: mark)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, mark: mark)
        default: return Event(kind: .other, mark: mark)
        }
    }

    /// libyaml's own words, with the place of the problem; reader errors (bad UTF-8) have an offset only.
    private func failure() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is not YAML"
        if parser.pointee.error == YAML_READER_ERROR {
            let before = input.prefix(Int(parser.pointee.problem_offset))
            let line = before.count { $0 == 0x0A } + 1
            let column = before.reversed().prefix { $0 != 0x0A }.count + 1
            return YAMLError(mark: Mark(line: line, column: column, source: source), message: problem)
        }
        let mark = parser.pointee.problem_mark
        let context = parser.pointee.context.map { " \(String(cString: $0))" } ?? ""
        return YAMLError(
            mark: Mark(line: mark.line + 1, column: mark.column + 1, source: source), message: problem + context)
    }

    mutating func document() throws(YAMLError) -> Node? {
        var root: Node?
        while true {
            let event = try next()
            switch event.kind {
            case .documentStart:
                guard root == nil else {
                    throw YAMLError(mark: event.mark, message: "a second document; expected one document in the file")
                }
                root = try node(try next(), depth: 0)
            case .streamEnd: return root
            default: continue
            }
        }
    }

    private mutating func node(_ event: Event, depth: Int) throws(YAMLError) -> Node {
        guard depth < Node.maximumDepth else {
            throw YAMLError(mark: event.mark, message: "nested too deep; expected at most \(Node.maximumDepth) levels")
        }
        try count(1, at: event.mark)
        if let anchor = event.anchor { open.insert(anchor) }
        let made: Node
        switch event.kind {
        case .scalar(let text, let isPlain): made = Node(.scalar(text, isPlain: isPlain), mark: event.mark)
        case .alias(let name): return try expand(name, at: event.mark)
        case .sequenceStart: made = try sequence(from: event.mark, depth: depth)
        case .mappingStart: made = try mapping(from: event.mark, depth: depth)
        default: throw YAMLError(mark: event.mark, message: "expected a value")
        }
        if let anchor = event.anchor {
            open.remove(anchor)
            anchors[anchor] = made
        }
        return made
    }

    private mutating func count(_ more: Int, at mark: Mark) throws(YAMLError) {
        nodes += more
        guard nodes <= Node.maximumNodes else {
            throw YAMLError(
                mark: mark, message: "too large; expected at most \(Node.maximumNodes) values with all aliases expanded"
            )
        }
    }

    private mutating func expand(_ name: String, at mark: Mark) throws(YAMLError) -> Node {
        guard !open.contains(name) else {
            throw YAMLError(mark: mark, message: "the alias '*\(name)' stands inside of what it stands for")
        }
        guard let node = anchors[name] else {
            throw YAMLError(mark: mark, message: "unknown alias '*\(name)'; expected an anchor '&\(name)' before it")
        }
        try count(Self.size(of: node), at: mark)
        return node
    }

    private static func size(of node: Node) -> Int {
        switch node.content {
        case .scalar: 1
        case .sequence(let elements): elements.reduce(1) { $0 + size(of: $1) }
        case .mapping(let pairs): pairs.reduce(1) { $0 + size(of: $1.value) }
        }
    }

    private mutating func sequence(from mark: Mark, depth: Int) throws(YAMLError) -> Node {
        var elements: [Node] = []
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { return Node(.sequence(elements), mark: mark) }
            elements.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(from mark: Mark, depth: Int) throws(YAMLError) -> Node {
        var pairs: [Node.Pair] = []
        var seen: [String: Mark] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return Node(.mapping(pairs), mark: mark) }
            guard case .scalar(let key, let isPlain) = event.kind else {
                throw YAMLError(mark: event.mark, message: "expected a key that is one word or text")
            }
            let value = try node(try next(), depth: depth + 1)
            if key == "<<", isPlain {
                pairs += try merged(value, into: pairs)
                continue
            }
            if let first = seen[key] {
                throw YAMLError(
                    mark: event.mark, message: "duplicate key '\(key)'; it stands in line \(first.line) too")
            }
            seen[key] = event.mark
            pairs.removeAll { $0.key == key }  // one that came by a merge gives way
            pairs.append(Node.Pair(key: key, mark: event.mark, value: value))
        }
    }

    /// What `<<:` adds: entries of one mapping or of a list of them whose keys are not there yet.
    private func merged(_ node: Node, into present: [Node.Pair]) throws(YAMLError) -> [Node.Pair] {
        let sources: [Node]
        switch node.content {
        case .mapping: sources = [node]
        case .sequence(let elements): sources = elements
        case .scalar: sources = []
        }
        guard !sources.isEmpty, sources.allSatisfy({ $0.pairs != nil }) else {
            throw YAMLError(mark: node.mark, message: "expected a mapping, or a list of mappings, behind '<<:'")
        }
        var added: [Node.Pair] = []
        for pair in sources.flatMap({ $0.pairs ?? [] })
        where !(present + added).contains(where: { $0.key == pair.key }) {
            added.append(pair)
        }
        return added
    }
}
