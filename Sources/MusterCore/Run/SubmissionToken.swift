/// The name of a submission, made from run, round and part, so that two deciders make the same one.
public enum SubmissionToken {
    /// `muster.RUN.gROUND.aPART`. Commas would break Slurm's filters by name; run ids have none.
    public static func make(run: String, round: Int, part: Int) -> String { "muster.\(run).g\(round).a\(part)" }

    /// The round of a token; nil for another text.
    public static func round(of token: String) -> Int? { place(of: token)?.round }

    /// The round and the part of a token; nil for another text.
    public static func place(of token: String) -> (round: Int, part: Int)? {
        let words = token.split(separator: ".").suffix(2)
        guard words.count == 2, let first = words.first, first.first == "g", let last = words.last, last.first == "a",
            let round = Int(first.dropFirst()), let part = Int(last.dropFirst())
        else { return nil }
        return (round, part)
    }
}
