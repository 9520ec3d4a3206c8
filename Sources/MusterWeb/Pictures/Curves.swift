import MusterCore
import MusterHistory

/// What an attempt used while it went: one curve over its time, with the stages behind it.
struct Curves {
    /// A stage as a band.
    struct Band: Equatable {
        var name: String, from: Timestamp, to: Timestamp
    }
    /// A curve: what it shows, its points, a limit where one is known.
    struct Curve: Equatable {
        var title: String
        /// Values are bytes.
        var isSize: Bool
        /// Of each stage by itself: between two stages nothing was read.
        var pieces: [[Place]]
        var limit: Double?
        /// Of each band what was measured over all of it; nil where it was not.
        var levels: [Double?]

        struct Place: Equatable {
            var time: Timestamp, value: Double
        }
        /// Nothing that a line could be drawn through.
        var isEmpty: Bool { pieces.allSatisfy { $0.count < 2 } && levels.allSatisfy { $0 == nil } }
    }

    private(set) var bands: [Band] = []
    private(set) var curves: [Curve] = []
    private let from: Timestamp, to: Timestamp

    init(_ attempt: AttemptRecord, readings all: [StageReading], now: Timestamp) {
        let readings = all.filter { $0.key == attempt.key }
        let begin = attempt.started ?? readings.first?.time ?? now
        from = begin
        to = max(
            attempt.ended ?? (attempt.ending == nil ? now : readings.last?.time ?? begin),
            Timestamp(microseconds: begin.microseconds + 1_000_000))
        let stages = attempt.stages.filter { !$0.isReused && $0.started != nil }
        bands = stages.map { Band(name: $0.name, from: $0.started ?? begin, to: $0.ended ?? to) }
        let pieces = stages.map { stage in readings.filter { $0.stage == stage.name } }
        func curve(
            _ title: String, isSize: Bool = false, limit: Int64? = nil, level: (StageRecord) -> Double?,
            _ places: ([StageReading]) -> [Curve.Place]
        ) {
            let curve = Curve(
                title: title, isSize: isSize, pieces: pieces.map(places), limit: limit.map(Double.init),
                levels: stages.map(level))
            if !curve.isEmpty { curves.append(curve) }
        }
        func places(_ value: @escaping (StageReading) -> Double?) -> ([StageReading]) -> [Curve.Place] {
            { $0.compactMap { reading in value(reading).map { Curve.Place(time: reading.time, value: $0) } } }
        }
        curve(
            "Memory, and the peak of each stage", isSize: true, limit: attempt.ending?.memoryLimit,
            level: { $0.peakRSS.map(Double.init) }, places { $0.rss.map(Double.init) })
        curve("CPU cores, and the mean of each stage", level: Self.meanCores, Self.cores)
        curve(
            "GPU memory, and the peak of each stage", isSize: true, level: { $0.peakGPU.map(Double.init) },
            places { $0.gpu.map(Double.init) })
        curve(
            "GPU utilisation in per cent, and the mean of each stage", level: { $0.usage?.utilization },
            places(\.utilization))
    }

    private static func meanCores(_ stage: StageRecord) -> Double? {
        guard let cpu = stage.usage?.cpu, let duration = stage.duration, duration > 0 else { return nil }
        return Double(cpu) / Double(duration)
    }

    /// CPU time by wall-clock time, between each reading and the one before it.
    static func cores(_ piece: [StageReading]) -> [Curve.Place] {
        zip(piece, piece.dropFirst()).compactMap { before, after in
            guard let early = before.cpu, let late = after.cpu, after.time > before.time, late >= early else {
                return nil
            }
            return Curve.Place(
                time: after.time, value: Double(late - early) / 1e6 / after.time.seconds(since: before.time))
        }
    }
}

extension Curves {
    /// A picture of each curve.
    var svgs: [(title: String, svg: String)] { curves.map { ($0.title, svg($0)) } }

    private func svg(_ curve: Curve) -> String {
        let (left, right, top, width, height) = (70.0, 8.0, 18.0, 540.0, 150.0)
        var svg = SVG(width: width, height: top + height + 22)
        let values = curve.pieces.flatMap { $0 }.map(\.value)
        let most = max(values.max() ?? 0, curve.levels.compactMap(\.self).max() ?? 0)
        // A limit far away would press the curve to the ground: then it is told in words alone.
        let limit = curve.limit.flatMap { $0 <= most * 2.5 ? $0 : nil }
        let ticks = Axis.values(upTo: max(most, limit ?? 0), isBinary: curve.isSize)
        let full = ticks.last ?? 1
        let span = to.seconds(since: from)
        func x(_ time: Timestamp) -> Double {
            left + (width - left - right) * min(1, max(0, time.seconds(since: from) / span))
        }
        func y(_ value: Double) -> Double { top + height * (1 - value / full) }
        for (index, band) in bands.enumerated() {
            let (start, end) = (x(band.from), x(band.to))
            svg.rectangle(
                x: start, y: top, width: max(1, end - start), height: height, style: "band\(index % 2)",
                title: "\(band.name): \(Words.time(band.to.seconds(since: band.from)))")
            svg.text(
                Words.cut(band.name, Int((end - start) / 6.4)), x: (start + end) / 2, y: 12, style: "axis", at: "middle"
            )
        }
        for tick in ticks {
            svg.line(left, y(tick), width - right, y(tick), style: "grid")
            let label = curve.isSize ? "\(ByteCount(Int64(tick)))" : Words.number(tick)
            svg.text(tick == 0 ? "0" : label, x: left - 8, y: y(tick) + 4, style: "axis", at: "end")
        }
        for tick in Axis.times(from, to).enumerated().filter({ $0.offset % 2 == 0 }).map(\.element) {
            svg.text(Axis.label(tick, span: span), x: x(tick), y: top + height + 16, style: "axis", at: "middle")
        }
        for piece in curve.pieces where piece.count > 1 {
            let points = piece.map { (x: x($0.time), y: y($0.value)) }
            svg.path(points, style: "area", closedAt: top + height)
            svg.path(points, style: "curve")
        }
        for (band, level) in zip(bands, curve.levels) {
            if let level { svg.line(x(band.from), y(level), x(band.to), y(level), style: "peak") }
        }
        if let limit {
            svg.line(left, y(limit), width - right, y(limit), style: "limit")
            svg.text("limit", x: width - right - 2, y: y(limit) - 4, style: "axis", at: "end")
        }
        let words = curve.isSize ? Words.size(Int64(most)) : Words.number(most)
        return svg.text(title: curve.title, summary: "at most \(words) in \(Words.time(span))", isFluid: true)
    }
}
