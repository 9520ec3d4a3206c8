/// What an asset is that no command named: the code and the circumstances of a program, which are kept with its inputs.
public enum KeptEvidence: String, CaseIterable, Sendable {
    /// The file whose code ran; its path is the one that it ran from.
    case script = "Script"
    /// What the execution was to work on.
    case configuration = "Configuration"
    /// Where it ran.
    case environment = "Environment"
    /// What was not committed.
    case difference = "Difference"

    /// What a file of an execution's folder is; nil for one that stays there.
    public init?(file name: String) {
        switch name {
        case "configuration.json": self = .configuration
        case "environment.json", "environment.txt": self = .environment
        case _ where name.hasSuffix(".diff"): self = .difference
        default: return nil
        }
    }
}
