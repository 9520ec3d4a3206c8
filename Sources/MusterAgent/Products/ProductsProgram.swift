import Glibc
import MusterCore

/// `muster-agent products`: looks at the products of a job table, or has some of them stop counting.
///
/// It runs where the results lie, started by whoever asks. The first line of its input is a plan as in `plan.json`, with the
/// keys to invalidate, where there are such, in `invalidate`; each line behind is a row as in `jobs.jsonl`.
enum ProductsProgram {
    /// Runs with the words behind `products`; the exit status.
    static func main(_ words: [String]) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        for word in words where !["--makers", "--invalidate"].contains(word) {
            note("unknown option '\(word)'\n\(AgentOptions.usage)")
            return 2
        }
        do {
            let lines = try Files.read("/dev/stdin").split(separator: UInt8(ascii: "\n"))
            guard let head = lines.first.flatMap({ try? JSON(parsing: $0) }), let plan = RunPlan(json: head) else {
                note("the first line of the input is no plan")
                return 2
            }
            var rows: [JobRow] = []
            for (number, line) in lines.dropFirst().enumerated() {
                guard let row = (try? JSON(parsing: line)).flatMap(JobRow.init(json:)) else {
                    note("line \(number + 2) of the input is no row of a job table")
                    return 2
                }
                rows.append(row)
            }
            if words.contains("--invalidate") {
                var invalidation = Invalidation(
                    plan, rows: rows, keys: Set((head["invalidate"]?.array ?? []).compactMap(\.string)))
                try invalidation.run()
                try write(invalidation.done.json.bytes)
            } else {
                try survey(ProductSurvey(plan, rows: rows, tellsMakers: words.contains("--makers")))
            }
            return 0
        } catch {
            note("\(error)")
            return 3
        }
    }

    private static func survey(_ survey: ProductSurvey) throws(SystemError) {
        var survey = survey
        var out: [UInt8] = []
        survey.look { finding in
            finding.json.write(to: &out)
            out.append(UInt8(ascii: "\n"))
        }
        try Files.writeAll(STDOUT_FILENO, out, "standard output")
    }

    private static func write(_ bytes: [UInt8]) throws(SystemError) {
        try Files.writeAll(STDOUT_FILENO, bytes + [UInt8(ascii: "\n")], "standard output")
    }
}
