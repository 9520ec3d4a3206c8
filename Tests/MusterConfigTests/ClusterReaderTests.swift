import MusterConfig
import MusterCore
import Testing

@Suite struct ClusterReaderTests {
    private func read(_ text: String) -> (ClusterSpec?, [Diagnostic]) {
        ClusterReader.read(Array(text.utf8), file: "site.yaml")
    }

    @Test func aSiteInItsOwnWords() throws {
        let (read, found) = read(
            """
            name: alps
            backend: slurm
            workdir: /scratch/ada
            scratch: /local
            qos: long
            accounting: no
            submit_limit: 1000
            max_jobs: 64
            partitions:
              cpu: {default: true, max_time: "3-00:00:00", cpus: 126, memory: "480000M", nodes: 2}
              gpu: {gpus: {a100: 4, v100: 2}}
              old: {gpus: 2}
              none: {gpus: 0}
              bare:
            """)
        let spec = try #require(read, "\(found.map(\.text))")
        #expect(spec.scratch == "/local" && spec.qos == "long" && spec.accounting == false)
        #expect(spec.submitLimit == 1000 && spec.maxJobs == 64)
        #expect(spec.partitions.map(\.name) == ["cpu", "gpu", "old", "none", "bare"])
        #expect(spec.partitions[0].isDefault && spec.partitions[0].maxTime == WallTime(seconds: 3 * 86_400))
        #expect(spec.partitions[0].memory == .mebibytes(480_000) && spec.partitions[0].nodes == 2)
        #expect(spec.partitions.map(\.gpus) == [nil, ["a100": 4, "v100": 2], ["": 2], [:], nil])
        #expect(spec.places["qos"]?.line == 5)
    }

    @Test(arguments: [
        ("qos: 1\nscratch: here\n", "absolute path"), ("partitions: [a]\n", "must be a mapping"),
        ("partitions: {gpu: {max_time: soon}}\n", "30m"), ("partitions: {gpu: {gpus: many}}\n", "{TYPE: NUMBER}"),
        ("partitions: {gpu: {gpus: {a100: -1}}}\n", "partitions.gpu.gpus.a100"),
        ("partitions: {gpu: {max_tim: 1h}}\n", "did you mean 'max_time'?"), ("accounting: maybe\n", "true or false"),
        ("submit_limit: 0\n", "whole number from 1"),
    ]) func aMistakeIsToldAtItsPlace(text: String, expected: String) {
        let (spec, found) = read("name: x\n" + text)
        #expect(spec == nil)
        #expect(found.map(\.text).joined().contains(expected), "\(found.map(\.text))")
    }

    @Test func aPartitionIsInheritedKeyByKey() throws {
        let base = "name: base\npartitions: {gpu: {max_time: 1h, cpus: 8}, cpu: {cpus: 4}}\n"
        let files = ConfigFiles(
            main: .init(
                file: "own.yaml",
                bytes: Array("extends: base\nname: own\npartitions: {gpu: {max_time: 2h}, cpu: null}\n".utf8))
        ) { name, _ in name == "base" ? .init(file: "base.yaml", bytes: Array(base.utf8)) : nil }
        let spec = try #require(ClusterReader.read(files).0)
        let gpu = try #require(spec.partitions.first { $0.name == "gpu" })
        #expect(gpu.maxTime == WallTime(seconds: 7_200) && gpu.cpus == 8)
    }

    @Test(arguments: [
        ("backend: local", ClusterSpec.Way.direct), ("backend: slurm", .files), ("backend: slurm\nhost: h", .files),
        ("backend: slurm\nhost: h\ncollector: {address: 10.0.0.9}", .direct),
        ("backend: slurm\nhost: h\ncollector: {interface: ib0}", .attached),
        ("backend: slurm\nhost: h\ncollector: {interface: ib0, address: 10.0.0.9}", .direct),
        // On the login node itself there is nobody to relay to.
        ("backend: slurm\ncollector: {interface: ib0}", .files),
        ("backend: slurm\nhost: h\ncollector: {interface: ib0, way: files}", .files),
        ("backend: slurm\nhost: h\ncollector: {interface: ib0, way: detached}", .detached),
    ]) func theWayHomeIsTheFirstThatTheFileAllows(lines: String, way: ClusterSpec.Way) throws {
        let (spec, found) = read("name: x\nworkdir: /w\n\(lines)\n")
        #expect(try #require(spec, "\(found.map(\.text))").chosenWay == way)
    }

    @Test func anOptionOfSbatchKnowsItsLine() throws {
        let spec = try #require(read("name: x\nslurm:\n  nodes: 2\n  constraint: a100\n").0)
        #expect(spec.places["slurm.constraint"]?.line == 4 && spec.slurmValue("constraint") == "a100")
        #expect(spec.nodes == 2)
    }
}
