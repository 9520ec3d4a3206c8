/// The version of a data set that a sweep's scenes must be those of.
public struct DatasetPin: Hashable, Sendable {
    /// `NAME@MAJOR.MINOR.PATCH`.
    public var reference: String
    /// At submission the checksums of the scenes' files are compared, and not their names and sizes alone.
    public var verify = false

    /// Reads a reference; nil for anything that names no version: another one may be the latest tomorrow.
    public init?(_ reference: String) {
        let parts = reference.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let isVersion = numbers.allSatisfy { number in UInt32(number).map { "\($0)" == number } ?? false }
        guard numbers.count == 3, isVersion else { return nil }
        self.reference = reference
    }
}
