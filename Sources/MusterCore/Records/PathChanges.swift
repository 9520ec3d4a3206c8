/// Where files of a result went: from the attempt's folder to the final place, and by the rules of order within it.
public struct PathChanges: Equatable, Sendable {
    /// Moves in the order in which they were made, as paths relative to the result's folder.
    public var moves: [Move]
    private let final: String
    /// Places whose files lie in the result now: its own, and those that products were taken over from.
    private let places: [OutputPaths]

    /// One file or folder that went to another place.
    public struct Move: Hashable, Sendable {
        /// The places.
        public var from: String, to: String

        /// Names both.
        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// `final`: where the result will lie; `sources`: other results that products were taken over from. Attempts at all of
    /// these, also of other runs, lie beside them.
    public init(final: String, sources: [String] = [], moves: [Move]) {
        places = ([final] + sources).map(OutputPaths.init(final:))
        self.final = final
        self.moves = moves
    }

    /// The value with every text that is such a path changed. Texts that are no paths of the result stay as they are.
    public func applied(to value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(applied(to: text))
        case .array(let elements): .array(elements.map(applied(to:)))
        case .object(let members): .object(members.map { JSON.Member($0.key, applied(to: $0.value)) })
        default: value
        }
    }

    /// One path, absolute below an attempt's folder or the final place, or relative to the result's.
    public func applied(to path: String) -> String {
        for place in places {
            guard let inner = Self.inAttempt(path, of: place) ?? Self.inner(path, below: place.final) else { continue }
            return inner.isEmpty ? final : "\(final)/\(moved(inner))"
        }
        return path.hasPrefix("/") ? path : moved(path)
    }

    /// What stands behind an attempt's folder, whose name ends in `RUN.GENERATION.RESTART`.
    private static func inAttempt(_ path: String, of place: OutputPaths) -> String? {
        guard path.hasPrefix(place.attempts) else { return nil }
        let rest = path.dropFirst(place.attempts.count)
        let name = rest.prefix { $0 != "/" }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count > 2, numbers.suffix(2).allSatisfy({ Int($0) != nil }) else { return nil }
        return String(rest.dropFirst(name.count).drop { $0 == "/" })
    }

    private static func inner(_ path: String, below folder: String) -> String? {
        if path == folder { return "" }
        return path.hasPrefix("\(folder)/") ? String(path.dropFirst(folder.count + 1)) : nil
    }

    /// One move after the other, since a later one may move what an earlier one has moved.
    private func moved(_ path: String) -> String {
        moves.reduce(path) { path, move in
            Self.inner(path, below: move.from).map { $0.isEmpty ? move.to : "\(move.to)/\($0)" } ?? path
        }
    }
}
