import MusterCore
import MusterHistory

/// The jobs of a run as a field: scenes down, parameter points across, coloured by how they stand or by a figure.
/// With one point, or one scene, they stand in rows of equal length, as they come.
///
/// Where there are many, cells shrink, and only those of jobs in trouble lead to their jobs by themselves; rows lead to
/// their scenes.
struct HeatMap {
    /// One job.
    struct Cell: Equatable {
        var column: Int, row: Int
        var style: String
        /// What it says and where it leads; nil for one of many.
        var link: Link?
    }
    /// What a cell has besides its colour.
    struct Link: Equatable {
        var sign: String, title: String, path: String
    }
    /// A parameter whose values differ, with what stands above each column.
    struct Header: Equatable {
        var name: String
        /// Neighbours with equal values share one.
        var spans: [(value: String, columns: Range<Int>)]

        static func == (left: Header, right: Header) -> Bool {
            left.name == right.name && left.spans.map(\.value) == right.spans.map(\.value)
                && left.spans.map(\.columns) == right.spans.map(\.columns)
        }
    }

    /// The most rows, columns and cells that are drawn.
    static let mostRows = 2000, mostColumns = 300, mostCells = 40_000
    /// Cells are many beyond this; then the most that lead to their jobs.
    static let many = 2000, mostLinks = 1000

    private(set) var cells: [Cell] = []
    private(set) var rows: [String] = []
    private(set) var headers: [Header] = []
    private(set) var columns = 0
    /// Jobs that have no place in it, since there are too many.
    private(set) var omitted = 0
    private(set) var scale: Scale?
    let metric: Metric?
    /// There are many cells, so they are small.
    let isDense: Bool
    /// The run.
    let run: String
    private let count: Int

    init(_ jobs: [JobRecord], of run: String, by metric: Metric?) {
        (self.metric, self.run, count, isDense) = (metric, run, jobs.count, jobs.count > Self.many)
        if let metric { scale = Scale(jobs.compactMap(metric.value)) }
        var scenes: [String: Int] = [:]
        var points: [Point: Int] = [:]
        var (sceneNames, pointList): ([String], [Point]) = ([], [])
        for job in jobs {
            if scenes[job.scene.name] == nil {
                scenes[job.scene.name] = sceneNames.count
                sceneNames.append(job.scene.name)
            }
            if points[job.point] == nil {
                points[job.point] = pointList.count
                pointList.append(job.point)
            }
        }
        let isField = sceneNames.count > 1 && pointList.count > 1
        let length = max(1, min(isDense ? 100 : 40, jobs.count))
        var links = 0
        columns = isField ? min(pointList.count, Self.mostColumns) : length
        for (number, job) in jobs.enumerated() {
            let row = isField ? scenes[job.scene.name] ?? 0 : number / length
            let column = isField ? points[job.point] ?? 0 : number % length
            guard row < Self.mostRows, column < columns, cells.count < Self.mostCells else {
                omitted += 1
                continue
            }
            let isLinked = !isDense || Self.isInTrouble(job) && links < Self.mostLinks
            links += isLinked ? 1 : 0
            cells.append(
                Cell(column: column, row: row, style: style(of: job), link: isLinked ? link(job) : nil))
        }
        if isField {
            rows = Array(sceneNames.prefix(Self.mostRows))
            headers = Self.headers(Array(pointList.prefix(Self.mostColumns)))
        }
    }

    private static func isInTrouble(_ job: JobRecord) -> Bool {
        job.standing.outcome.map { $0 != .succeeded } ?? false
    }

    private func style(of job: JobRecord) -> String {
        guard let metric else { return Look.style(job.standing, isCached: job.isCached) }
        return metric.value(job).flatMap { value in scale.map { "q\($0.shade(value))" } } ?? "none"
    }

    private func link(_ job: JobRecord) -> Link {
        var sign = Look.sign(job.standing, isCached: job.isCached)
        var words = job.isCached ? "cached" : "\(job.standing)"
        if let metric {
            let value = metric.value(job)
            if sign == "=" || value != nil { sign = "" }
            words += ", \(metric.title) \(value.map(metric.words) ?? "not known")"
        } else if let cause = job.attempts.last?.ending?.cause {
            words += ": \(Words.cut(cause, 120))"
        }
        return Link(sign: sign, title: "\(job.id): \(words)", path: Links.job(job.id, of: run))
    }

    /// Parameters whose values differ, those that change least often first.
    static func headers(_ points: [Point]) -> [Header] {
        var names: [String] = []
        for point in points { for value in point.values where !names.contains(value.key) { names.append(value.key) } }
        let headers = names.compactMap { name -> Header? in
            let values = points.map { point in
                point.values.first { $0.key == name }.map { $0.value.string ?? $0.value.line } ?? ""
            }
            guard Set(values).count > 1 else { return nil }
            var spans: [(value: String, columns: Range<Int>)] = []
            for (column, value) in values.enumerated() {
                if let last = spans.last, last.value == value {
                    spans[spans.count - 1].columns = last.columns.lowerBound..<(column + 1)
                } else {
                    spans.append((value, column..<(column + 1)))
                }
            }
            return Header(name: name, spans: spans)
        }
        return headers.enumerated().sorted { ($0.element.spans.count, $0.offset) < ($1.element.spans.count, $1.offset) }
            .map(\.element)
    }

    /// The words for those who don't see it.
    var summary: String {
        let by = metric.map(\.title) ?? "outcome"
        return "\(Words.count(count, "job")) by \(by)"
    }
}
