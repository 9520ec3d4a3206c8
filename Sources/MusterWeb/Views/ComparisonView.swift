import MusterCore
import MusterHistory

/// Two runs beside each other.
struct ComparisonView {
    struct Run {
        var sweep: String, run: String, path: String, bar: String, words: String
    }
    struct Change {
        var what: String, before: String, now: String
    }
    struct Only {
        var words: String, list: String
    }
    struct Pair {
        var id: String, path: String, isOther: Bool
        var first: String, firstStyle: String, second: String, secondStyle: String
        var firstSeconds: String, firstSecondsSort: String, secondSeconds: String, secondSecondsSort: String
        var firstPeak: String, firstPeakSort: String, secondPeak: String, secondPeakSort: String
    }
    /// The most pairs and changes that are shown.
    static let most = 1000

    var runs: [Run]
    var ratio: String?, words: String
    var hasChanges: Bool, changes: [Change]
    var only: [Only]
    var pairs: [Pair]
    var omitted: String?

    init(_ comparison: RunComparison, _ both: [RunSummary]) {
        runs = both.map { run in
            Run(
                sweep: run.sweep.isEmpty ? run.run : run.sweep, run: run.run, path: Links.run(run.run),
                bar: StateBar.text(run.counts, width: 500, height: 12), words: StateBar.words(run.counts))
        }
        ratio = comparison.durationRatio.map { Decimal.text($0, digits: 2) }
        words =
            "\(Words.count(comparison.pairs.count, "job")) in both, \(comparison.differing.count) with other outcomes."
        changes = comparison.changes.prefix(Self.most).map {
            Change(what: $0.path, before: $0.before?.line ?? "-", now: $0.after?.line ?? "-")
        }
        hasChanges = !changes.isEmpty
        only = [("first", comparison.onlyFirst), ("second", comparison.onlySecond)].compactMap { word, ids in
            ids.isEmpty
                ? nil
                : Only(
                    words: "\(Words.count(ids.count, "job")) in the \(word) alone",
                    list: ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : ""))
        }
        // Those that became otherwise come first.
        let sorted = comparison.differing + comparison.pairs.filter { $0.standings[0] == $0.standings[1] }
        pairs = sorted.prefix(Self.most).map { Self.pair($0, of: comparison.runs.last ?? "") }
        omitted = sorted.count > Self.most ? "\(sorted.count - Self.most) more jobs are not shown." : nil
    }

    private static func pair(_ pair: RunComparison.Pair, of run: String) -> Pair {
        func time(_ at: Int) -> String { pair.seconds[at].map(Words.time) ?? "-" }
        func sort(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "" }
        return Pair(
            id: pair.id, path: Links.job(pair.id, of: run), isOther: pair.standings[0] != pair.standings[1],
            first: "\(pair.standings[0])", firstStyle: Look.style(pair.standings[0]), second: "\(pair.standings[1])",
            secondStyle: Look.style(pair.standings[1]), firstSeconds: time(0), firstSecondsSort: sort(pair.seconds[0]),
            secondSeconds: time(1), secondSecondsSort: sort(pair.seconds[1]), firstPeak: Words.size(pair.peaks[0]),
            firstPeakSort: sort(pair.peaks[0]), secondPeak: Words.size(pair.peaks[1]),
            secondPeakSort: sort(pair.peaks[1]))
    }
}
