/// How near the results of a scene, or of several together, come to the truth.
public struct SceneScore: Codable, Equatable, Sendable {
    /// One fluorescence channel's traces.
    public struct Channel: Codable, Equatable, Sendable {
        /// Its index.
        public var channel: Int
        /// Pearson's correlation of found and true intensity over time, mean over the matched cells; nil where the
        /// intensity of none varies.
        public var correlation: Double?
        /// The sum of the absolute errors over the sum of the true intensities, all cells and frames together.
        public var relativeError: Double?

        enum CodingKeys: String, CodingKey {
            case channel, correlation
            case relativeError = "relative_error"
        }
    }

    /// The scene's name.
    public var scene: String
    /// The folder of the results; nil where there are none.
    public var results: String?
    /// True cells, those that come later included.
    public var cellsTrue = 0
    /// True cells of the first frame: the ones that the pipeline follows.
    public var cellsAtStart = 0
    /// Cells that have a trace.
    public var cellsFound = 0
    /// True cells of the first frame whose position over time a found cell has.
    public var cellsMatched = 0
    /// The share of a true cell's frames in which its trace is within the radius, mean over the matched cells.
    public var completeness: Double?
    /// Mean distance of matched cells over all frames, in pixels.
    public var positionErrorPx: Double?
    /// Pixels in both masks over pixels in either.
    public var maskOverlap: Double?
    /// The fluorescence channels.
    public var channels: [Channel] = []

    /// Matched cells per true cell of the first frame; 1 where there are none to be found.
    public var matchedShare: Double { cellsAtStart == 0 ? 1 : Double(cellsMatched) / Double(cellsAtStart) }

    enum CodingKeys: String, CodingKey {
        case scene, results, completeness, channels
        case cellsTrue = "cells_true"
        case cellsAtStart = "cells_at_start"
        case cellsFound = "cells_found"
        case cellsMatched = "cells_matched"
        case positionErrorPx = "position_error_px"
        case maskOverlap = "mask_overlap"
    }
}

/// The sums behind a score; those of several fields of view and scenes can be added up.
struct ScoreSums {
    var cellsTrue = 0
    var cellsAtStart = 0
    var cellsFound = 0
    var cellsMatched = 0
    var completeness = 0.0
    var distance = 0.0
    var points = 0
    var sharedPixels = 0
    var coveredPixels = 0
    var channels: [Int: ChannelSums] = [:]

    struct ChannelSums {
        var correlation = 0.0
        var correlated = 0
        var error = 0.0
        var intensity = 0.0
    }

    mutating func add(_ other: ScoreSums) {
        cellsTrue += other.cellsTrue
        cellsAtStart += other.cellsAtStart
        cellsFound += other.cellsFound
        cellsMatched += other.cellsMatched
        completeness += other.completeness
        distance += other.distance
        points += other.points
        sharedPixels += other.sharedPixels
        coveredPixels += other.coveredPixels
        for (channel, sums) in other.channels {
            channels[channel, default: ChannelSums()].correlation += sums.correlation
            channels[channel, default: ChannelSums()].correlated += sums.correlated
            channels[channel, default: ChannelSums()].error += sums.error
            channels[channel, default: ChannelSums()].intensity += sums.intensity
        }
    }

    func score(scene: String, results: String?) -> SceneScore {
        var score = SceneScore(scene: scene, results: results)
        score.cellsTrue = cellsTrue
        score.cellsAtStart = cellsAtStart
        score.cellsFound = cellsFound
        score.cellsMatched = cellsMatched
        score.completeness = ratio(completeness, Double(cellsMatched))
        score.positionErrorPx = ratio(distance, Double(points))
        score.maskOverlap = ratio(Double(sharedPixels), Double(coveredPixels))
        score.channels = channels.sorted { $0.key < $1.key }.map { channel, sums in
            SceneScore.Channel(
                channel: channel, correlation: ratio(sums.correlation, Double(sums.correlated)),
                relativeError: ratio(sums.error, sums.intensity))
        }
        return score
    }

    private func ratio(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
}
