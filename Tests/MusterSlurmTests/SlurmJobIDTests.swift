import MusterSlurm
import Testing

@Suite struct SlurmJobIDTests {
    @Test(arguments: [("37", SlurmJobID(37)), ("20_3", SlurmJobID(20, task: 3)), ("20_0", SlurmJobID(20, task: 0))])
    func readsOneJob(text: String, id: SlurmJobID) {
        #expect(SlurmJobID(parsing: text) == id)
        #expect(id.description == text)
    }

    @Test(arguments: [
        "", "0", "-1", "+3", "20_", "_3", "20_3_4", "20_[2-5%2]", "16.0", "20_3.batch", "37;alps", "99999999999",
        "JOBID",
        "20_[5-2]", "20_[]", " 37",
    ])
    func refusesWhatIsNotOneJob(text: String) {
        #expect(SlurmJobID(parsing: text) == nil)
    }

    @Test func readsTheRemainderOfAnArray() throws {
        let reference = try #require(SlurmJobReference(parsing: "20_[2-5%2]"))
        guard case .remainder(20, let spec) = reference else {
            Issue.record("\(reference) is no remainder of 20")
            return
        }
        #expect(Array(spec.indices) == [2, 3, 4, 5])
        #expect(spec.throttle == 2)
        #expect(reference.covers(SlurmJobID(20, task: 5)))
        #expect(!reference.covers(SlurmJobID(20, task: 6)))
        #expect(!reference.covers(SlurmJobID(21, task: 5)))
        #expect(!reference.covers(SlurmJobID(20)))
        #expect(reference.description == "20_[2-5%2]")
    }

    @Test func sortsAnArrayBeforeItsTasksAndTasksByNumber() {
        let sorted = [SlurmJobID(20, task: 10), SlurmJobID(21), SlurmJobID(20, task: 9), SlurmJobID(20)].sorted()
        #expect(sorted.map(\.description) == ["20", "20_9", "20_10", "21"])
    }
}

@Suite struct SlurmArraySpecTests {
    @Test(
        arguments: [
            ("0-5%2", [0, 1, 2, 3, 4, 5], 2), ("1,3,5-9:2", [1, 3, 5, 7, 9], nil),
            ("[18-30:3%2]", [18, 21, 24, 27, 30], 2),
            ("7", [7], nil), ("1-2:5", [1], nil),
        ] as [(String, [UInt32], UInt32?)])
    func reads(text: String, indices: [UInt32], throttle: UInt32?) throws {
        let spec = try #require(SlurmArraySpec(parsing: text))
        #expect(Array(spec.indices) == indices)
        #expect(spec.count == UInt64(indices.count))
        #expect(spec.throttle == throttle)
        #expect(!spec.isTruncated)
        #expect(indices.allSatisfy(spec.contains))
        #expect(!spec.contains(spec.maximum + 1))
        #expect(SlurmArraySpec(parsing: spec.description) == spec)
    }

    @Test(arguments: ["", "[]", "5-2", "1-5:0", "a", "1,", ",1", "1-2-3", "1%0", "1%2%3", "-1", "1:2", "..."])
    func refuses(text: String) {
        #expect(SlurmArraySpec(parsing: text) == nil)
    }

    @Test func writesIndicesShort() throws {
        let spec = try #require(SlurmArraySpec([5, 1, 2, 3, 9, 3], throttle: 4))
        #expect(spec.description == "1-3,5,9%4")
        #expect(SlurmArraySpec([UInt32]()) == nil)
    }

    @Test(arguments: ["1-3,5,...", "1-3,5-...", "1,5-..."])
    func saysWhenSlurmHasLeftOutTheTail(text: String) throws {
        let spec = try #require(SlurmArraySpec(parsing: text))
        #expect(spec.isTruncated)
        #expect(spec.contains(1))
    }

    @Test func aHugeRangeCostsNothing() throws {
        let spec = try #require(SlurmArraySpec(parsing: "0-4294967295"))
        #expect(spec.count == 4_294_967_296)
        #expect(spec.contains(4_000_000_000))
        #expect(Array(spec.indices.prefix(2)) == [0, 1])
    }
}
