public import MusterCore

/// What is to be done about a file that jobs read.
public enum InputDecision: Hashable, Sendable {
    /// It is there.
    case unchanged
    /// Something else lies in its place.
    case differs
    /// The sum of what lies in its place must be taken first.
    case sumPlace
    /// The sum of what the store has under its name must be taken first.
    case sumStored
    /// The store has it: it gets its place from there.
    case link
    /// What the store has under its name is something else: that goes, and it travels.
    case mend
    /// It travels.
    case send

    /// Decides about `file` when `place` lies where it should, and the store has `stored` under the file's sum.
    ///
    /// With `bySize` a file of the right size is the right one, and `file` needs no sum.
    public static func decide(
        _ file: DatasetFile, place: InputLook?, stored: InputLook?, bySize: Bool = false
    ) -> InputDecision {
        if let place {
            guard place.size == file.size else { return .differs }
            if bySize { return .unchanged }
            guard let sum = place.sum else { return .sumPlace }
            return sum == file.sha256 ? .unchanged : .differs
        }
        guard let stored else { return .send }
        guard stored.size == file.size else { return .mend }
        guard let sum = stored.sum else { return .sumStored }
        return sum == file.sha256 ? .link : .mend
    }
}
