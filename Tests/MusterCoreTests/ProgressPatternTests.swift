import MusterCore
import Testing

@Suite struct ProgressPatternTests {
    @Test(arguments: [
        ("frame {done} of {total}", "frame 1 of 20\nframe 12 of 20\n", 12.0, 20.0 as Double?),
        ("{t}/{T} [", "  3%|#  | 3/100 [00:01<\r 45%|###| 45/100 [00:12<", 45, 100),
        ("step {done}", "step   7\nstep 8.", 8, nil), ("loss at {done}:", "loss at 2.5: 3", 2.5, nil),
        ("{done} done", "17 done", 17, nil),
    ]) func theLastPlaceCounts(pattern: String, output: String, done: Double, total: Double?) throws {
        let read = try #require(ProgressPattern(pattern))
        let found = try #require(read.last(in: output.utf8))
        #expect(found.done == done && found.total == total)
    }

    @Test(arguments: ["frame x of 3", "", "frame  of 3", "fram 1 of 3"])
    func whatDoesNotFitSaysNothing(output: String) throws {
        #expect(try #require(ProgressPattern("frame {done} of {total}")).last(in: output.utf8) == nil)
    }

    @Test(arguments: ["", "frame", "{total} only", "{done}", "{done} {t} x"]) func notEveryTextIsAPattern(text: String)
    {
        #expect(ProgressPattern(text) == nil)
    }
}
