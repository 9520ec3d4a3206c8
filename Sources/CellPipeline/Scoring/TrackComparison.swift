/// Finds which found cell is which true cell, and measures how far they differ.
struct TrackComparison {
    /// Largest mean distance of a pair, in pixels.
    let radius: Double
    let channels: [Int]

    func sums(found: [CellTrack], truth: [CellTrack]) -> ScoreSums {
        let start = truth.filter { $0.points[0] != nil }
        var sums = ScoreSums()
        sums.cellsTrue = truth.count
        sums.cellsAtStart = start.count
        sums.cellsFound = found.count
        for channel in channels { sums.channels[channel] = ScoreSums.ChannelSums() }
        for (mine, its) in pairs(found, start) {
            sums.cellsMatched += 1
            let distances = found[mine].distances(to: start[its])
            sums.distance += distances.reduce(0, +)
            sums.points += distances.count
            sums.completeness += Double(distances.count { $0 <= radius }) / Double(start[its].points.count)
            compareIntensities(found[mine], start[its], &sums)
        }
        return sums
    }

    /// One to one, with the smallest sum of mean distances; pairs farther apart than the radius are none.
    private func pairs(_ found: [CellTrack], _ truth: [CellTrack]) -> [(Int, Int)] {
        var costs: [Double] = []
        for track in found {
            for other in truth { costs.append(min(track.meanDistance(to: other) ?? .infinity, 2 * radius)) }
        }
        let assigned = Assignment.solve(costs, rows: found.count, columns: truth.count)
        return assigned.enumerated().compactMap { row, column in
            guard let column, costs[row * truth.count + column] <= radius else { return nil }
            return (row, column)
        }
    }

    private func compareIntensities(_ found: CellTrack, _ truth: CellTrack, _ sums: inout ScoreSums) {
        let frames = found.points.keys.filter { truth.points[$0] != nil }.sorted()
        for (index, channel) in channels.enumerated() {
            var channelSums = sums.channels[channel] ?? ScoreSums.ChannelSums()
            let pairs = frames.compactMap { frame -> (Double, Double)? in
                guard let mine = found.points[frame], let its = truth.points[frame], index < mine.intensities.count
                else { return nil }
                return (mine.intensities[index], its.intensities[index])
            }
            for (mine, its) in pairs {
                channelSums.error += abs(mine - its)
                channelSums.intensity += its
            }
            if let correlation = pearson(pairs) {
                channelSums.correlation += correlation
                channelSums.correlated += 1
            }
            sums.channels[channel] = channelSums
        }
    }
}

/// Pearson's correlation; nil where either side does not vary.
package func pearson(_ pairs: [(Double, Double)]) -> Double? {
    let count = Double(pairs.count)
    let meanX = pairs.reduce(0) { $0 + $1.0 } / count
    let meanY = pairs.reduce(0) { $0 + $1.1 } / count
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
        xx += (x - meanX) * (x - meanX)
        yy += (y - meanY) * (y - meanY)
        xy += (x - meanX) * (y - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
}
