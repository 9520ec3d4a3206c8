import MusterCore
import MusterProvenance
import Testing

@Suite struct InputDecisionTests {
    private let file = DatasetFile(path: "s/f", size: 3, sha256: "a")

    private func look(_ size: Int64, _ sum: String? = nil) -> InputLook { InputLook(size: size, changed: 1, sum: sum) }

    @Test func whatLiesInPlaceComesFirst() {
        func decide(_ place: InputLook, bySize: Bool = false) -> InputDecision {
            .decide(file, place: place, stored: look(3, "a"), bySize: bySize)
        }
        #expect(decide(look(3, "a")) == .unchanged)
        #expect(decide(look(3, "b")) == .differs && decide(look(4)) == .differs && decide(look(-1)) == .differs)
        #expect(decide(look(3)) == .sumPlace && decide(look(3), bySize: true) == .unchanged)
        #expect(decide(look(2), bySize: true) == .differs)
    }

    @Test func theStoreServesOnlyWhatWasRead() {
        func decide(_ stored: InputLook?) -> InputDecision { .decide(file, place: nil, stored: stored) }
        #expect(decide(nil) == .send && decide(look(3)) == .sumStored && decide(look(3, "a")) == .link)
        #expect(decide(look(2)) == .mend && decide(look(3, "b")) == .mend)
    }
}
