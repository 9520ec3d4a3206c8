/// How the scenes' files come to where jobs read them.
public struct StageInSpec: Hashable, Sendable {
    /// What is done about files that are not there.
    public enum Mode: String, CaseIterable, Sendable {
        /// Nothing, and nobody looks.
        case off
        /// They are named, and nothing is submitted.
        case check
        /// They travel.
        case upload
    }

    /// What is done.
    public var mode: Mode
    /// The data set's folder at home, as written; nil for `dataset_root`, taken at home.
    public var from: String?
    /// The folder of the scenes on the cluster, as written; nil for `dataset_root`.
    public var to: String?
    /// The folder of the store of contents on the cluster, as written; nil for `.muster` in the folder of the scenes.
    public var store: String?
    /// All that is there is read again, and not only what changed since its checksum was taken.
    public var verify = false
    /// How it travels.
    public var terms = TransferTerms()

    /// All other things as usual.
    public init(_ mode: Mode) { self.mode = mode }
}
