import MusterCore
import MusterProvenance

/// Puts contents with their names into a folder, and says what came of each.
struct ContentGiving {
    let store: ContentStore
    /// The folder.
    let target: String

    /// What came of all.
    struct Came {
        var target: String
        var placed: [String] = [], there: [String] = []
        /// What the store does not have.
        var missing: [StoreNames.Named] = []
        var refused: [(name: String, reason: String)] = []

        var isComplete: Bool { missing.isEmpty && refused.isEmpty }

        /// What a person is told.
        var words: String {
            var lines: [String] = []
            if !placed.isEmpty { lines.append("put into \(target): \(Self.some(placed))") }
            if !there.isEmpty { lines.append("there already: \(Self.some(there))") }
            for named in missing.prefix(20) {
                let place = named.path.map { "; it was \($0)" } ?? ""
                lines.append("not in the store: \(named.name) (\(named.sum.prefix(16)))\(place)")
            }
            if missing.count > 20 { lines.append("... and \(missing.count - 20) more that the store does not have") }
            for (name, reason) in refused { lines.append("not put into \(target): \(name): \(reason)") }
            return lines.isEmpty ? "nothing is named" : lines.map(\.visible).joined(separator: "\n")
        }

        private static func some(_ names: [String]) -> String {
            names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
        }
    }

    func give(_ contents: [StoreNames.Named]) -> Came {
        var came = Came(target: target)
        let placing = ContentPlacing(store: store, target: target)
        var done: Set<String> = []
        for named in contents where done.insert("\(named.sum) \(named.name)").inserted {
            switch placing.place(named.sum, as: named.name, mode: named.isScript ? 0o755 : 0o644) {
            case .placed: came.placed.append(named.name)
            case .there: came.there.append(named.name)
            case .missing: came.missing.append(named)
            case .refused(let reason): came.refused.append((named.name, reason))
            }
        }
        return came
    }
}
