/// The items of a stage and how they are shared out.
///
/// Which items there are is part of what the stage makes; in which batches and by how many workers they are gone through is
/// not, since what comes out is the same.
public struct ItemSpec: Hashable, Sendable {
    /// Where the number of a scene's items comes from.
    public enum Count: Hashable, Sendable {
        /// The same for every scene.
        case number(Int)
        /// The last number that a program prints, run in the stage's surroundings.
        case command(Command)
        /// As many as files match the pattern; a relative one is taken from the scene.
        case files(String)
        /// As many as a text file has lines that are not blank; a relative path is taken from the scene.
        case lines(String)
    }

    /// How many there are; nil where nobody counts, so that the range says both ends.
    public var count: Count?
    /// Those that are asked for.
    public var range: ItemRange
    /// Items of one batch; nil for all at once.
    public var batchSize: Int?
    /// Programs side by side.
    public var workers: Int
    /// Patterns for the files that belong to an item, `{item}` its number.
    public var files: [String]

    /// Describes items.
    public init(
        count: Count? = nil, range: ItemRange = .all, batchSize: Int? = nil, workers: Int = 1, files: [String] = []
    ) {
        self.count = count
        self.range = range
        self.batchSize = batchSize
        self.workers = workers
        self.files = files
    }

    /// What makes a difference to the products.
    public var identity: JSON { object(split: false) }

    /// An object with the keys of the config.
    public var json: JSON { object(split: true) }

    private func object(split: Bool) -> JSON {
        .object([
            "count": count?.json, "range": range == .all ? nil : .string(range.text),
            "batch_size": split ? batchSize.map { .int($0) } : nil, "workers": split ? .int(workers) : nil,
            "files": split && !files.isEmpty ? .strings(files) : nil,
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init(
            count: json["count"].flatMap(Count.init(json:)),
            range: (json["range"]?.string).flatMap { ItemRange($0) } ?? .all,
            batchSize: (json["batch_size"]?.int).map { Int($0) }, workers: Int(json["workers"]?.int ?? 1),
            files: (json["files"]?.array ?? []).compactMap(\.string))
    }

    /// The patterns of the files of one item.
    public func patterns(of item: Int) -> [PathPattern] {
        let values = Placeholders([.init("item", .int(item))])
        return files.compactMap { text in
            Self.namesItem(text) ? (try? values.expand(text)).flatMap { PathPattern($0) } : nil
        }
    }

    /// Patterns without `{item}`: files that every worker may write.
    public var sharedPatterns: [PathPattern] { files.filter { !Self.namesItem($0) }.compactMap { PathPattern($0) } }

    /// Whether a text can be a pattern for an item's files.
    public static func isPattern(_ text: String) -> Bool {
        (try? Placeholders([.init("item", .int(0))]).expand(text)).flatMap { PathPattern($0) } != nil
    }

    private static func namesItem(_ text: String) -> Bool { Placeholders.names(in: text).contains("item") }
}

extension ItemSpec.Count {
    /// A number, or an object with one key.
    public var json: JSON {
        switch self {
        case .number(let number): .int(number)
        case .command(let command): .object(["command": command.json])
        case .files(let pattern): .object(["files": .string(pattern)])
        case .lines(let path): .object(["lines": .string(path)])
        }
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        if let number = json.int {
            self = .number(Int(number))
        } else if let command = json["command"].flatMap(Command.init(json:)) {
            self = .command(command)
        } else if let pattern = json["files"]?.string {
            self = .files(pattern)
        } else if let path = json["lines"]?.string {
            self = .lines(path)
        } else {
            return nil
        }
    }

    /// Texts that may hold placeholders.
    public var texts: [String] {
        switch self {
        case .number: []
        case .command(let command): command.texts
        case .files(let text), .lines(let text): [text]
        }
    }
}
