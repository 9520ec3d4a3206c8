/// What a request asks for: its path and its query, decoded.
struct Wish: Equatable, Sendable {
    /// What stands at an address.
    enum Place: Equatable, Sendable {
        case runs
        case run(String)
        case report(String)
        case job(run: String, id: String)
        case log(run: String, id: String)
        case comparison
        case style, script, icon
        /// What a page's parts became, as server-sent events: of the page at this address.
        case live(of: String)
        case metrics
        case runsJSON
        case runJSON(String)
        case jobJSON(run: String, id: String)
        case nothing
    }

    var place: Place
    /// Names and values in their order.
    var query: [(name: String, value: String)]

    static func == (left: Wish, right: Wish) -> Bool {
        left.place == right.place && left.query.map(\.name) == right.query.map(\.name)
            && left.query.map(\.value) == right.query.map(\.value)
    }

    /// The first value of that name; nil where there is none or it is empty.
    subscript(name: String) -> String? {
        query.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Reads an address as it stands in a request. Nothing is looked up: whatever is malformed is nowhere.
    init(_ address: String) {
        let halves = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        query =
            halves.count < 2
            ? []
            : halves[1].split(separator: "&").prefix(40).compactMap { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = Markup.decoded(parts[0], isQuery: true) else { return nil }
                return (name, parts.count > 1 ? Markup.decoded(parts[1], isQuery: true) ?? "" : "")
            }
        place = .nothing
        let path = halves.first ?? ""
        guard path.hasPrefix("/"), path.utf8.count < 4096 else { return }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { Markup.decoded($0) }
        guard parts.allSatisfy({ $0 != nil }) else { return }
        place = place(parts.compactMap(\.self))
    }

    private func place(_ parts: [String]) -> Place {
        switch parts.count {
        case 1:
            switch parts[0] {
            case "": return .runs
            case "compare": return .comparison
            case "live": return self["of"].map { .live(of: $0) } ?? .nothing
            case "metrics": return .metrics
            default: return .nothing
            }
        case 2:
            switch (parts[0], parts[1]) {
            case ("assets", "style.css"): return .style
            case ("assets", "script.js"): return .script
            case ("assets", "icon.svg"): return .icon
            case ("runs", let run) where !run.isEmpty: return .run(run)
            case ("api", "runs"): return .runsJSON
            default: return .nothing
            }
        case 3 where parts[0] == "runs" && parts[2] == "report": return .report(parts[1])
        case 3 where parts[0] == "api" && parts[1] == "runs": return .runJSON(parts[2])
        case 4... where parts[0] == "runs" && parts[2] == "jobs": return .job(run: parts[1], id: Self.id(parts[3...]))
        case 4... where parts[0] == "runs" && parts[2] == "logs": return .log(run: parts[1], id: Self.id(parts[3...]))
        case 5... where parts[0] == "api" && parts[1] == "runs" && parts[3] == "jobs":
            return .jobJSON(run: parts[2], id: Self.id(parts[4...]))
        default: return .nothing
        }
    }

    private static func id(_ parts: ArraySlice<String>) -> String { Links.job(of: Array(parts)) }
}
