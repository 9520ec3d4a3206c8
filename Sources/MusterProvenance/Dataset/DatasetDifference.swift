/// In what two contents differ.
public struct DatasetDifference: Equatable, Sendable {
    /// Files of the first that the second lacks.
    public var missing: [DatasetFile] = []
    /// Files of both with other contents; those of the second.
    public var changed: [DatasetFile] = []
    /// Files that only the second has.
    public var added: [DatasetFile] = []

    /// Compares by name (its bytes), size, and by checksum where both have one.
    public init(from old: DatasetContent, to new: DatasetContent) {
        var (left, right) = (old.files[...], new.files[...])
        while let first = left.first, let second = right.first {
            if first.path.utf8.elementsEqual(second.path.utf8) {
                let isSummed = !first.sha256.isEmpty && !second.sha256.isEmpty
                if first.size != second.size || isSummed && first.sha256 != second.sha256 { changed.append(second) }
                (left, right) = (left.dropFirst(), right.dropFirst())
            } else if first.path.utf8.lexicographicallyPrecedes(second.path.utf8) {
                missing.append(first)
                left = left.dropFirst()
            } else {
                added.append(second)
                right = right.dropFirst()
            }
        }
        missing += left
        added += right
    }

    /// They are the same.
    public var isEmpty: Bool { missing.isEmpty && changed.isEmpty && added.isEmpty }

    /// The least step that a version must make for this: what is missing or changed breaks whoever relied on it. nil for no
    /// difference.
    public var step: DatasetStep? {
        if !missing.isEmpty || !changed.isEmpty { return .major }
        return added.isEmpty ? nil : .minor
    }

    /// A line for each of the first `limit` files that differ, and one for how many more do.
    public func lines(limit: Int = 20) -> [String] {
        let all =
            missing.map { "missing: \($0.path)" } + changed.map { "changed: \($0.path)" }
            + added.map { "not in it: \($0.path)" }
        return all.count <= limit ? all : all.prefix(limit) + ["and \(all.count - limit) more"]
    }
}

/// Which part of a version grows.
public enum DatasetStep: String, CaseIterable, Comparable, Sendable {
    /// Only what is said of it is other than before.
    case patch
    /// There is more of it than before.
    case minor
    /// Something of before is gone or another.
    case major

    public static func < (left: DatasetStep, right: DatasetStep) -> Bool {
        func rank(_ step: DatasetStep) -> Int { step == .patch ? 0 : step == .minor ? 1 : 2 }
        return rank(left) < rank(right)
    }
}

extension DatasetSpec.Version {
    /// The first version of any data set.
    public static let first = Self(1, 0, 0)

    /// The version after this one.
    public func next(_ step: DatasetStep) -> Self {
        switch step {
        case .major: Self(major + 1, 0, 0)
        case .minor: Self(major, minor + 1, 0)
        case .patch: Self(major, minor, patch + 1)
        }
    }
}

/// A version is to make a smaller step than what changed allows.
public struct DatasetStepTooSmall: Error, Equatable, Sendable {
    /// What was asked for, and what it must be.
    public var asked: DatasetStep, least: DatasetStep

    /// Names both.
    public init(asked: DatasetStep, least: DatasetStep) {
        self.asked = asked
        self.least = least
    }
}

extension DatasetStep {
    /// The step for a difference: the one asked for, never a smaller one than what changed; nil where there is nothing
    /// to make a version of.
    public static func choose(
        _ difference: DatasetDifference, asked: DatasetStep?, isDescribedAnew: Bool
    ) throws(DatasetStepTooSmall) -> DatasetStep? {
        let least = difference.step ?? (isDescribedAnew ? .patch : nil)
        guard let asked else { return least }
        if let least, asked < least { throw DatasetStepTooSmall(asked: asked, least: least) }
        return asked
    }
}
