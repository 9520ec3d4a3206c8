import MusterCore
import MusterHistory

/// What ran when on which node: a row for each node's slot, a bar for each attempt.
struct Timeline {
    /// An attempt.
    struct Bar: Equatable {
        var from: Timestamp, to: Timestamp
        var style: String
        /// What it says and where it leads; nil for one of many.
        var link: Link?
    }
    /// What a bar has besides its colour.
    struct Link: Equatable {
        var title: String, path: String
    }
    /// A slot of a node.
    struct Row: Equatable {
        var name: String
        /// In the order of their beginnings.
        var bars: [Bar]
    }

    /// The most rows that are drawn, and the most bars that lead to their jobs: of more, those that ended ill.
    static let mostRows = 120, mostLinks = 1500

    private(set) var rows: [Row] = []
    /// Rows that are not drawn, since there are too many.
    private(set) var omitted = 0
    private(set) var from: Timestamp, to: Timestamp

    /// - Parameter now: Where attempts that have no end yet reach to.
    init(_ jobs: [JobRecord], of run: String, now: Timestamp) {
        var found: [String: [Bar]] = [:]
        let isDense = jobs.reduce(0) { $0 + $1.attempts.count } > Self.mostLinks
        var links = 0
        for job in jobs {
            for attempt in job.attempts {
                guard let from = attempt.started, let node = attempt.node else { continue }
                let to = max(from, attempt.ended ?? now)
                let name = node + (attempt.slot.map { " ·\($0)" } ?? "")
                var bar = Bar(from: from, to: to, style: Look.style(attempt.outcome))
                let isIll = attempt.ending.map { $0.outcome != .succeeded } ?? false
                if !isDense || isIll && links < Self.mostLinks {
                    links += 1
                    let spent = Words.time(to.seconds(since: from))
                    bar.link = Link(
                        title: "\(job.id), attempt \(attempt.number): \(attempt.outcome), \(spent)",
                        path: Links.job(job.id, of: run))
                }
                found[name, default: []].append(bar)
            }
        }
        let all = found.map { Row(name: $0.key, bars: $0.value.sorted { $0.from < $1.from }) }
            .sorted { Self.natural($0.name, $1.name) }
        rows = Array(all.prefix(Self.mostRows))
        omitted = all.count - rows.count
        let bars = all.flatMap(\.bars)
        from = bars.map(\.from).min() ?? now
        to = max(bars.map(\.to).max() ?? now, Timestamp(microseconds: from.microseconds + 1_000_000))
    }

    /// `node9` before `node10`.
    static func natural(_ left: String, _ right: String) -> Bool {
        let (a, b) = (parts(left), parts(right))
        for (x, y) in zip(a, b) where x != y {
            if let x = Int(x), let y = Int(y), x != y { return x < y }
            return x < y
        }
        return a.count < b.count
    }

    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        for character in text {
            if let last = parts.last?.last, isDigit(last) == isDigit(character) {
                parts[parts.count - 1].append(character)
            } else {
                parts.append(String(character))
            }
        }
        return parts
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    /// The picture.
    var svg: String {
        let (left, width, height) = (130.0, 1100.0, 22.0)
        let bottom = Double(rows.count) * height
        var svg = SVG(width: width, height: bottom + 24)
        let span = to.seconds(since: from)
        func x(_ time: Timestamp) -> Double { left + (width - left - 8) * time.seconds(since: from) / span }
        for tick in Axis.times(from, to) {
            svg.line(x(tick), 0, x(tick), bottom, style: "grid")
            svg.text(Axis.label(tick, span: span), x: x(tick), y: bottom + 16, style: "axis", at: "middle")
        }
        for (index, row) in rows.enumerated() {
            let y = Double(index) * height
            svg.text(Words.cut(row.name, 18), x: left - 10, y: y + 15, at: "end", title: row.name)
            svg.rectangle(x: left, y: y + 3, width: width - left - 8, height: height - 6, style: "fill-track", round: 3)
            func place(_ bar: Bar) -> (x: Double, y: Double, width: Double, height: Double) {
                (x(bar.from), y + 3, max(bar.link == nil ? 0.5 : 2, x(bar.to) - x(bar.from) - 1), height - 6)
            }
            let many = Dictionary(grouping: row.bars.filter { $0.link == nil }, by: \.style)
            for (style, bars) in many.sorted(by: { $0.key < $1.key }) {
                svg.rectangles(bars.map(place), style: "fill-\(style)")
            }
            for bar in row.bars {
                guard let link = bar.link else { continue }
                let box = place(bar)
                svg.link(link.path) { svg in
                    svg.rectangle(
                        x: box.x, y: box.y, width: box.width, height: box.height, style: "cell fill-\(bar.style)",
                        round: 3, title: link.title)
                }
            }
        }
        let count = rows.reduce(0) { $0 + $1.bars.count }
        return svg.text(
            title: "Time line",
            summary: "\(Words.count(count, "attempt")) in \(Words.count(rows.count, "slot")), "
                + "\(Words.moment(from)) to \(Words.moment(to))", isFluid: true)
    }
}
