/// What counts as a scene.
public struct SceneKind: Hashable, Sendable {
    /// Folders or files.
    public enum Form: Hashable, Sendable {
        /// Folders that hold all of these relative paths.
        case folders(require: [String])
        /// Files whose names match a shell pattern.
        case files(pattern: String)
    }

    /// Folders or files.
    public var form: Form
    /// A beginning of names: where any scene's begins so, only those count, unless a config names others.
    public var prefer: String?
    /// What every selected scene must hold, relative to it; a mistake where it is missing.
    public var expect: [String]
    /// What of a scene's folder the pipeline is given; nil for the folder itself.
    public var path: String?

    /// Makes a kind.
    public init(_ form: Form, prefer: String? = nil, expect: [String] = [], path: String? = nil) {
        self.form = form
        self.prefer = prefer
        self.expect = expect
        self.path = path
    }
}

/// A scene that lies there.
public struct FoundScene: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it should hold and does not.
    public var missing: [String]
    /// Its name's bytes are UTF-8; others can't be written into a config, a table or a history.
    public var isText: Bool

    /// Names one.
    public init(_ name: String, missing: [String] = [], isText: Bool = true) {
        self.name = name
        self.missing = missing
        self.isText = isText
    }
}
