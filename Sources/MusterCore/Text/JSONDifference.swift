/// A place at which two JSON values differ.
public struct JSONDifference: Equatable, Sendable {
    /// The keys on the way there, joined with dots; members of an array that have a `name` stand under it, others under
    /// their position from 0.
    public var path: String
    /// The values there; nil where there is none.
    public var before: JSON?, after: JSON?

    /// Where `before` and `after` differ, in the order of `before` and then of what is new.
    public static func between(_ before: JSON, _ after: JSON) -> [JSONDifference] {
        var found: [JSONDifference] = []
        compare(before, after, at: "", &found)
        return found
    }

    private static func compare(_ before: JSON?, _ after: JSON?, at path: String, _ found: inout [JSONDifference]) {
        guard before != after else { return }
        guard let left = before.flatMap(named), let right = after.flatMap(named) else {
            return found.append(JSONDifference(path: path, before: before, after: after))
        }
        let keys = left.map(\.key) + right.map(\.key).filter { key in !left.contains { $0.key == key } }
        for key in keys {
            let next = path.isEmpty ? key : "\(path).\(key)"
            let (old, new) = (left.first { $0.key == key }?.value, right.first { $0.key == key }?.value)
            compare(old, new, at: next, &found)
        }
    }

    /// The parts of an object or of an array of objects, by name; nil for everything that is compared as a whole.
    private static func named(_ value: JSON) -> [JSON.Member]? {
        if let members = value.members { return members }
        guard let items = value.array, items.contains(where: { $0.members != nil }) else { return nil }
        return items.enumerated().map { JSON.Member($1["name"]?.string ?? "\($0)", $1) }
    }
}
