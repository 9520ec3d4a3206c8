/// A value that must not be given to sbatch.
public struct SbatchOptionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it.
    public enum Problem: Hashable, Sendable {
        /// Nothing between the quotes.
        case empty
        /// A newline or another control character, which would end the `#SBATCH` line or garble a table.
        case controlCharacter
        /// More bytes than `limit`, beyond which the controller refuses the job.
        case tooLong(limit: Int)
        /// A comma in a job's name, which no later filter by name could find.
        case comma
        /// A number that must be at least 1.
        case notPositive
        /// A name that does not look like a long option of sbatch.
        case notAnOption
        /// An option, or the beginning of one, that muster gives itself or relies on not being given.
        case owned(as: String, instead: String)
        /// An option, or the beginning of one, about a thing for which the field of that name is set already.
        case contradicts(as: String, field: String, instead: String)
    }

    /// The option's name without dashes.
    public let option: String
    /// The value that was refused.
    public let value: String
    /// Why.
    public let problem: Problem

    /// One sentence with the way out.
    public var description: String {
        let subject = "sbatch option --\(option) cannot be \(Self.shown(value)): "
        switch problem {
        case .empty: return subject + "it is empty; leave the option out instead"
        case .controlCharacter: return subject + "it holds a newline or another control character; remove it"
        case .tooLong(let limit): return subject + "it has \(value.utf8.count) bytes, \(limit) are allowed"
        case .comma: return subject + "a job's name with a comma cannot be found again by squeue; remove the comma"
        case .notPositive: return subject + "it must be at least 1"
        case .notAnOption:
            return
                "'\(Self.shown(option))' is not a long option of sbatch; write its name without dashes, such as reservation"
        case .owned(let owner, let instead):
            return "sbatch option --\(option) cannot be given as an extra option\(meant(owner)): \(instead)"
        case .contradicts(let owner, let field, let instead):
            return "sbatch option --\(option)\(meant(owner)) contradicts '\(field)', which is set: \(instead)"
        }
    }

    /// What sbatch takes an abbreviation for.
    private func meant(_ owner: String) -> String { owner == option ? "" : ", which sbatch may take for --\(owner)," }

    private static func shown(_ text: String) -> String {
        let clean = text.unicodeScalars.prefix(80).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }
        return "'" + String(String.UnicodeScalarView(clean)) + "'"
    }
}
