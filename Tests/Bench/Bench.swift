import Foundation
import MusterCore

/// Measures muster beside peers and limits in one session: a line a figure, JSON, an end that is not 0 where a goal is missed.
///
///     bench PROGRAMS [--only jobs,plan,cli,facts] [--long] [--json FILE] [--last FILE]
@main
struct Bench {
    /// The folder of the built programs.
    nonisolated(unsafe) private(set) static var programs = "."
    /// Where peers are installed.
    nonisolated(unsafe) private(set) static var peers = "."

    static func main() throws {
        var words = Array(CommandLine.arguments.dropFirst())
        func option(_ name: String) -> String? {
            guard let at = words.firstIndex(of: name), at + 1 < words.count else { return nil }
            defer { words.removeSubrange(at...(at + 1)) }
            return words[at + 1]
        }
        let only = option("--only").map { Set($0.split(separator: ",").map(String.init)) }
        let json = option("--json")
        var session = Session(comparedWith: option("--last"))
        let isLong = words.contains("--long")
        words.removeAll { $0 == "--long" }
        guard let folder = words.first, words.count == 1 else {
            print("usage: bench PROGRAMS [--only jobs,plan,cli,facts] [--long] [--json FILE] [--last FILE]")
            exit(2)
        }
        // Set once, before anything else begins.
        programs = URL(filePath: folder).resolvingSymlinksInPath().path
        peers = "\(programs)/bench-peers"
        func wanted(_ name: String) -> Bool { only?.contains(name) ?? true }
        if wanted("cli") { try CommandFigures.measure(&session) }
        if wanted("plan") { try PlanFigures.measure(&session) }
        if wanted("facts") { try FactFigures.measure(&session) }
        if wanted("jobs") { try JobFigures.measure(&session, isLong: isLong) }
        if let json { try session.write(to: json) }
        for figure in session.missed { print("missed: \(figure.what), \(figure.goal?.text ?? "")") }
        exit(session.missed.isEmpty ? 0 : 1)
    }
}
