import MusterSlurm
import Testing

@Suite struct SlurmTRESTests {
    @Test func readsCountsAndMemory() {
        let given = SlurmTRES(parsing: "cpu=12,mem=500G,node=3,billing=12,gres/gpu=8,gres/gpu:a100=6,gres/shard=40")
        #expect(given.cpus == 12 && given.memory == 512_000 && given.nodes == 3)
        #expect(given.gpus() == 8 && given.gpus(type: "a100") == 6 && given.gpus(type: "v100") == nil)
        #expect(given.counts["gres/shard"] == 40 && given.counts["billing"] == 12)
        #expect(SlurmTRES(parsing: "mem=187.50G").memory == 192_000)
    }

    @Test func sumsTypesWhereOnlyTheyAreCounted() {
        #expect(SlurmTRES(parsing: "gres/gpu:a100=4,gres/gpu:a100_3g.20gb=2").gpus() == 6)
        #expect(SlurmTRES(parsing: "cpu=1").gpus() == nil)
    }

    @Test(arguments: ["", "(null)", "N/A", "cpu", "=3", "cpu=", "cpu=x", "mem=lots", ",,", "cpu=-1", "cpu=1=2"])
    func leavesOutWhatItCannotRead(text: String) {
        #expect(SlurmTRES(parsing: text).counts.isEmpty)
    }

    @Test func weightsLoseTheirFraction() {
        #expect(SlurmTRES(parsing: "billing=2.75").counts == ["billing": 2])
    }
}

@Suite struct TornAnswerTests {
    /// An answer may break off anywhere; nothing may crash, and no partition may get more than it has.
    @Test(arguments: Fixture.releases) func aTornAnswerIsRead(release: String) throws {
        let fixture = Fixture(release)
        let whole = try fixture.site()
        for file in ["partitions", "nodes", "sinfo", "config", "assoc", "qos", "user"] where fixture.has(file) {
            let bytes = Array(try fixture.text(file).utf8)
            for length in stride(from: 0, to: bytes.count, by: 37) {
                let text = String(decoding: bytes.prefix(length), as: UTF8.self)
                #expect(
                    SlurmPartition.list(parsing: text).allSatisfy { $0.maxTime == whole.partition($0.name)?.maxTime })
                #expect(SlurmNode.list(parsing: text).allSatisfy { $0.memory ?? 0 > 1_000 })
                _ = Sinfo.rows(text)
                _ = SlurmConfiguration(parsing: text).enforcement
                #expect(Sacctmgr.associations(text).count <= bytes.count { $0 == UInt8(ascii: "\n") })
                #expect(Sacctmgr.qualities(text).allSatisfy { !$0.name.isEmpty })
            }
        }
    }
}
