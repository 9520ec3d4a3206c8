import MusterCore
import MusterHistory

/// The heat map with what it can be coloured by.
struct FieldView {
    struct Tab {
        var name: String, path: String, isChosen: Bool
    }
    struct Legend {
        var least: String, most: String, shades: [Int], isLogarithmic: Bool
    }

    var by: String
    var tabs: [Tab]
    var svg: String
    var scale: Legend?
    var omitted: String?

    init(_ jobs: [JobRecord], of run: String, by metric: Metric?) {
        let map = HeatMap(jobs, of: run, by: metric)
        by = metric?.title ?? "outcome"
        // What no job has can't tell anything.
        let known = Metric.all.filter { metric in
            metric.key == map.metric?.key || jobs.contains { metric.value($0) != nil }
        }
        tabs =
            [Tab(name: "outcome", path: Links.run(run) + "#field", isChosen: metric == nil)]
            + known.map {
                Tab(name: $0.title, path: Links.run(run, $0.key) + "#field", isChosen: metric?.key == $0.key)
            }
        svg = map.svg
        if let metric, let scale = map.scale {
            self.scale = Legend(
                least: metric.words(scale.least), most: metric.words(scale.most), shades: Array(0..<Scale.shades),
                isLogarithmic: scale.isLogarithmic)
        }
        let words = [
            map.isDense
                ? "There are many: cells of jobs in trouble lead to them, names of scenes to all jobs of theirs." : nil,
            map.omitted == 0 ? nil : "\(map.omitted) jobs are not drawn; the table below has all.",
        ].compactMap(\.self)
        omitted = words.isEmpty ? nil : words.joined(separator: " ")
    }
}
