import MusterCore
import Testing

@Suite struct MemoryGuardTests {
    @Test(
        arguments: [
            // (held, shares, limit, victim)
            ([60, 110], [100, 100], 200, 1),
            ([150, 40], [100, 100], 200, 0),
            // Both over their shares: the one by more.
            ([120, 130], [100, 100], 200, 1), ([90, 90], [50, 80], 200, 0),
            // Nobody needs it.
            ([20, 120], [100, 100], 200, nil),
            // Near the limit, but each within its share: the kernel decides.
            ([95, 95], [100, 100], 200, nil),
            // Alone.
            ([500], [100], 200, nil),
            ([100, 100], [nil, nil], 200, nil),
            ([90, 90], [nil, 80], 200, 1),
        ] as [([Int64], [Int64?], Int64, Int?)])
    func theOneOverItsShareIsEndedWhenAllNeedIt(held: [Int64], share: [Int64?], limit: Int64, victim: Int?) {
        #expect(MemoryGuard.victim(held: held, share: share, limit: limit) == victim)
    }
}
