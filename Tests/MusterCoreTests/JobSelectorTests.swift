import MusterCore
import Testing

@Suite struct JobSelectorTests {
    private static let outcomes: [Standing] = [
        .ended(.succeeded), .ended(.failed), .ended(.oomGPU), .running, .queued, .ended(.cancelled), .ended(.timeout),
        .queued,
    ]

    /// Two scenes at four learning rates.
    private static let jobs: [JobSelector.Subject] = (0..<8).map { index in
        let (rate, scene) = ([0.001, 0.01, 0.1, 1][index / 2], ["a", "b"][index % 2])
        var subject = JobSelector.Subject(
            index: index, id: "lr-\(rate)/\(scene)", scene: scene,
            values: [.init("lr", .double(rate)), .init("model", .string(index < 4 ? "unet" : "vit"))],
            standing: outcomes[index])
        subject.isHeld = index == 7
        if index < 4 {
            subject.node = index < 2 ? "n1" : "n2"
            subject.stages = index == 0 ? [] : ["train"]
        }
        return subject
    }

    private static let known = JobSelector.Known(
        ids: jobs.map(\.id), scenes: ["a", "b"], parameters: ["lr", "model"], stages: ["train", "score"])

    @Test(arguments: [
        ("", [0, 1, 2, 3, 4, 5, 6, 7]), ("all", [0, 1, 2, 3, 4, 5, 6, 7]), ("1,3,5-8", [0, 2, 4, 5, 6, 7]),
        ("scene=a", [0, 2, 4, 6]), ("scene!=a", [1, 3, 5, 7]), ("lr<0.01", [0, 1]), ("lr<=1e-2", [0, 1, 2, 3]),
        ("lr=0.1", [4, 5]), ("lr=0.1,1", [4, 5, 6, 7]), ("lr!=0.1", [0, 1, 2, 3, 6, 7]), ("model=v*", [4, 5, 6, 7]),
        ("state=failed", [1, 2, 6]), ("state=oom", [2]), ("state=oom_gpu,timeout", [2, 6]), ("state=waiting", [4, 7]),
        ("state=held", [7]), ("state=cancelled", [5]), ("state!=ended", [3, 4, 7]), ("node=n2", [2, 3]),
        ("stage=train", [1, 2, 3]), ("lr>0.001 and state=failed", [2, 6]), ("scene=b  lr>=0.1", [5, 7]),
        ("lr-0.1/a", [4]), ("lr-0.1/*", [4, 5]), ("lr-0.1/a,lr-1.0/b", [4, 7]),
    ])
    func jobsAreChosen(text: String, expected: [Int]) throws {
        let selector = try JobSelector(text, known: Self.known)
        #expect(Self.jobs.filter(selector.matches).map(\.index) == expected)
    }

    @Test(arguments: [
        ("9", 1, "jobs are numbered from 1 to 8"), ("1,9", 3, "there is no job 9"), ("3-1", 1, "no range"),
        ("0", 1, "there is no job 0"), ("lt<0.1", 1, "no parameter 'lt'; did you mean 'lr'?"),
        ("lr<fast", 4, "compares numbers, and 'fast' is none"), ("state=faild", 7, "did you mean 'failed'?"),
        ("scene<a", 6, "compared by = and != alone"), ("scene=c", 7, "there is no scene 'c'"),
        ("lr=0.1 scene=", 14, "wants a value"), ("stage=trian", 7, "did you mean 'train'?"),
        ("  lr-0.1/q", 3, "there is no job 'lr-0.1/q'; did you mean 'lr-0.1/a'?"),
    ])
    func aMistakeHasItsPlace(text: String, column: Int, words: String) {
        let mistake = #expect(throws: JobSelector.Mistake.self) { try JobSelector(text, known: Self.known) }
        #expect(mistake?.column == column, "\(mistake?.message ?? "")")
        #expect(mistake?.message.contains(words) == true, "\(mistake?.message ?? "")")
    }

    @Test func anIdMayLookLikeATerm() throws {
        let known = JobSelector.Known(ids: ["lr=0.1/a", "12"], parameters: ["lr"])
        var subject = JobSelector.Subject(index: 0, id: "lr=0.1/a", scene: "a", values: [], standing: .queued)
        #expect(try JobSelector("lr=0.1/a", known: known).matches(subject))
        (subject.index, subject.id) = (1, "12")
        #expect(try JobSelector("12", known: known).matches(subject))
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true), ("*a*b", "xaxbxab", true),
        ("**", "x", true), ("", "x", false), ("a", "a", true),
    ])
    func aPatternStandsForNames(pattern: String, name: String, isMet: Bool) {
        #expect(Glob.matches(pattern, name) == isMet)
    }
}
