import MusterCore
import Testing

@Suite struct LeaseTests {
    private static let process = ProcessIdentity(machine: "m", boot: "b", space: "s", pid: 12, start: 5)
    private static let lease = Lease(
        number: 3, holder: String(repeating: "a", count: 32), user: "u", host: "h", process: process,
        now: Timestamp(seconds: 1000))

    private func decide(
        _ lease: Lease?, me: String = "b", at seconds: Int64 = 1010, takeOver: Bool = false, isGone: Bool = false
    ) -> LeaseDecision {
        LeaseDecision.decide(lease, me: me, now: Timestamp(seconds: seconds), takeOver: takeOver) { process in
            #expect(process == Self.process)
            return isGone
        }
    }

    @Test func oneLeadsAtATime() {
        #expect(decide(nil) == .take(number: 1))
        #expect(decide(Self.lease) == .heldBy(Self.lease))
        #expect(decide(Self.lease, me: Self.lease.holder) == .mine)
        // Whoever has not renewed it in time has lost it, by the clock of the cluster.
        #expect(decide(Self.lease, at: 1000 + Lease.span - 1) == .heldBy(Self.lease))
        #expect(decide(Self.lease, at: 1000 + Lease.span) == .take(number: 4))
        #expect(decide(Self.lease, takeOver: true) == .take(number: 4))
        #expect(decide(Self.lease, isGone: true) == .take(number: 4))
    }

    @Test func whatWasGivenBackIsFree() {
        var back = Self.lease
        back.isGivenBack = true
        #expect(decide(back) == .take(number: 4))
        #expect(decide(back, me: back.holder) == .take(number: 4))
    }

    @Test func aLeaseWrittenAndReadIsTheSame() throws {
        var lease = Self.lease
        #expect(Lease(number: 3, json: try JSON(parsing: lease.json.line)) == lease)
        lease.isGivenBack = true
        #expect(Lease(number: 3, json: try JSON(parsing: lease.json.line)) == lease)
        #expect(Lease(number: 3, json: .object([])) == nil)
    }
}
