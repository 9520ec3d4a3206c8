import MusterSlurm
import Testing

@Suite struct SlurmTimeTests {
    @Test(
        arguments: [
            ("90", .seconds(5_400)), ("1:30", .seconds(90)), ("1:00:00", .seconds(3_600)),
            ("01:00:00", .seconds(3_600)),
            ("2-0", .seconds(172_800)), ("1-12:30", .seconds(131_400)), ("1-00:00:01", .seconds(86_401)),
            ("UNLIMITED", .unlimited), ("infinite", .unlimited), ("00:01.500", .seconds(1)),
        ] as [(String, SlurmTimeLimit)])
    func readsALimit(text: String, limit: SlurmTimeLimit) {
        #expect(SlurmTimeLimit(parsing: text) == limit)
        #expect(SlurmTimeLimit(parsing: limit.description) == limit)
    }

    @Test(arguments: [
        "", "NOT_SET", "Partition_Limit", "INVALID", "1:2:3:4", "a", "1-", "-5", "1--2", "99999999999999999999",
    ])
    func refusesWhatIsNoLimit(text: String) {
        #expect(SlurmTimeLimit(parsing: text) == nil)
    }

    @Test func aLimitIsWrittenInDays() {
        #expect(SlurmTimeLimit.seconds(90_061).description == "1-01:01:01")
        #expect(SlurmTimeLimit.seconds(60).description == "0-00:01:00")
    }

    @Test func aTimeIsSecondsOrTheSitesText() {
        #expect(SlurmTime(parsing: "1795228267")?.epochSeconds == 1_795_228_267)
        #expect(SlurmTime(parsing: "2026-11-20T23:22:02") == .local("2026-11-20T23:22:02"))
        #expect(SlurmTime(parsing: "2026-11-20T23:22:02")?.epochSeconds == nil)
        for none in ["", "N/A", "Unknown", "None", "0", "INVALID"] { #expect(SlurmTime(parsing: none) == nil) }
    }
}

@Suite struct SlurmMemoryTests {
    @Test(
        arguments: [
            ("2048", 2_048, nil), ("64M", 64, nil), ("1.50G", 1_536, nil), ("500K", 1, nil), ("2T", 2_097_152, nil),
            ("2048+", 2_048, nil), ("4000Mn", 4_000, .node), ("2Gc", 2_048, .cpu), ("0", 0, nil), ("1g", 1_024, nil),
        ] as [(String, Int, SlurmMemory.Scope?)])
    func reads(text: String, mebibytes: Int, scope: SlurmMemory.Scope?) {
        #expect(SlurmMemory(parsing: text) == SlurmMemory(mebibytes: mebibytes, scope: scope))
    }

    @Test(arguments: ["", "M", "+", "n", "1.2.3G", "-5M", "12X", "0x10", "nan", "inf", "99999999999999999P", ".5G"])
    func refuses(text: String) {
        #expect(SlurmMemory(parsing: text) == nil)
    }
}

@Suite struct SlurmGresTests {
    @Test func readsWhatSinfoAndSqueuePrint() throws {
        let used = try #require(SlurmGres.list(parsing: "gpu:fake:2(IDX:0-1)").first)
        #expect((used.name, used.type, used.count, used.indices) == ("gpu", "fake", 2, [0, 1]))
        #expect(used.description == "gpu:fake:2")
        let idle = try #require(SlurmGres.list(parsing: "gpu:fake:0(IDX:N/A)").first)
        #expect((idle.count, idle.indices) == (0, []))
    }

    @Test(arguments: [
        ("gpu:2", ["gpu:2"]), ("gpu", ["gpu:1"]), ("gres:gpu:1", ["gpu:1"]), ("gres/gpu:a100=4", ["gpu:a100:4"]),
        ("gpu:a100:4(S:0-1),nvme:1", ["gpu:a100:4", "nvme:1"]),
        ("gpu:a100:2(IDX:0,2),gpu:h100:1(IDX:1)", ["gpu:a100:2", "gpu:h100:1"]),
        ("shard:2K", ["shard:2048"]), ("gpu:h100", ["gpu:h100:1"]),
        ("(null)", []), ("", []), ("N/A", []), ("a:b:c:1", []),
    ])
    func readsLists(text: String, each: [String]) {
        #expect(SlurmGres.list(parsing: text).map(\.description) == each)
    }

    @Test func aCommaInsideOfTheIndicesDoesNotEndThePart() {
        #expect(SlurmGres.list(parsing: "gpu:a100:2(IDX:0,2),gpu:h100:1(IDX:1)").map(\.indices) == [[0, 2], [1]])
    }
}

@Suite struct SlurmNodeListTests {
    @Test(arguments: [
        ("n[1-3,7]", ["n1", "n2", "n3", "n7"]), ("n1", ["n1"]), ("n[08-10]", ["n08", "n09", "n10"]),
        ("a,b[1-2]", ["a", "b1", "b2"]), ("r[1-2]n[0-1]", ["r1n0", "r1n1", "r2n0", "r2n1"]),
        ("gpu-[1,3].site", ["gpu-1.site", "gpu-3.site"]),
        ("", []), ("(null)", []), ("None assigned", []), ("n[99-101]", ["n99", "n100", "n101"]),
    ])
    func expands(text: String, names: [String]) {
        #expect(SlurmNodeList.expand(text) == names)
    }

    @Test(arguments: ["n[1-3", "n1]", "n[3-1]", "n[]", "n[a-b]", "a,,b", "n[0-4294967295]", "a[1-999]b[1-999]", "n 1"])
    func refuses(text: String) {
        #expect(SlurmNodeList.expand(text) == nil)
    }
}
