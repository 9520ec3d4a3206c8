import Foundation
import MusterConfig
import MusterCore
import Testing

private let good = """
    experiment:
      name: first
      dataset_root: data
      scenes: [a, b]
    pipeline:
      stages:
        - name: seg
          command: [prog, '{scene.path}', '{point.sigma}', '{stage.mode}']
          produces: [masks]
          parameters: {mode: fast}
        - name: sum
          command: "cat {output_dir}/x"
          requires: [masks]
    stages:
      seg: {mode: slow}
    sweep:
      matrix: {sigma: [1, 2.5, 'on']}
    resources: {gpus: 1, cpus: 2, memory: 4G, time: 1h30m}
    packing: node
    collect: ["*.csv"]
    """

/// A config with one mistake, where it is found, and words of what is said.
struct Mistake: CustomTestStringConvertible, Sendable {
    var find: String, put: String
    var line: Int, column: Int
    var words: [String]
    var testDescription: String { words.joined(separator: " ") }
}

private let mistakes: [Mistake] = [
    .init(
        find: "dataset_root: data", put: "dataset_rot: data", line: 3, column: 3,
        words: ["'experiment.dataset_root' is missing"]),
    .init(
        find: "packing: node", put: "packing: nodes", line: 19, column: 10,
        words: ["'packing' can't be 'nodes'", "did you mean 'node'?", "one of: auto, element, node"]),
    .init(
        find: "memory: 4G", put: "memory: 4X", line: 18, column: 39,
        words: ["'resources.memory' can't be '4X'", "a size such as 4G"]),
    .init(find: "time: 1h30m", put: "time: soon", line: 18, column: 49, words: ["'resources.time' can't be 'soon'"]),
    .init(
        find: "cpus: 2", put: "cpus: 0", line: 18, column: 28, words: ["'resources.cpus' can't be '0'", "from 1 on"]),
    .init(
        find: "requires: [masks]", put: "requires: [mask]", line: 12, column: 16,
        words: ["requires 'mask'", "did you mean 'masks'?"]),
    .init(
        find: "{point.sigma}", put: "{point.sigm}", line: 8, column: 16,
        words: ["'{point.sigm}'", "did you mean '{point.sigma}'?"]),
    .init(
        find: "  seg: {mode: slow}", put: "  sge: {mode: slow}", line: 15, column: 3,
        words: ["no stage 'sge'", "did you mean 'seg'?"]),
    .init(find: "sigma: [1, 2.5, 'on']", put: "sigma: []", line: 17, column: 19, words: ["has no values"]),
    .init(find: "sigma: [1, 2.5, 'on']", put: "sigma: [1, 1.0]", line: 17, column: 19, words: ["names a value twice"]),
    .init(
        find: "packing: node", put: "packng: node", line: 19, column: 1,
        words: ["unknown key 'packng'", "did you mean 'packing'?"]),
    .init(find: "name: first", put: "name: first\n  name: second", line: 3, column: 3, words: ["duplicate key 'name'"]),
    .init(find: "resources: {", put: "resources: [", line: 18, column: 54, words: ["expected"]),
]

@Suite struct SweepReaderTests {
    private func read(_ text: String, overrides: [String] = []) -> (SweepSpec?, [Diagnostic]) {
        SweepReader.read(
            Array(text.utf8), file: "sweep.yaml", overrides: overrides, presetNames: ["cellpipe", "my3dis"])
    }

    @Test func aWholeConfigIsRead() throws {
        let (spec, found) = read(good)
        #expect(found.isEmpty, "\(found.map(\.text))")
        let sweep = try #require(spec)
        #expect(sweep.scenes == SceneSelection(list: ["a", "b"]))
        #expect(sweep.outputRoot == "results/first")
        #expect(sweep.points.map { $0.values[0].value } == [1, .double(2.5), "on"])
        #expect(sweep.pipeline.stages[0].parameters == [JSON.Member("mode", "slow")])
        #expect(sweep.resources == Resources(gpus: 1, cpus: 2, memory: .mebibytes(4096), time: WallTime(seconds: 5400)))
        #expect(sweep.packing == .node)
        #expect(sweep.collect == .globs(["*.csv"]))
    }

    @Test(arguments: mistakes) func oneMistakeGivesItsPlaceAndTheNextStep(mistake: Mistake) throws {
        let text = good.split(separator: mistake.find, maxSplits: 1, omittingEmptySubsequences: false).joined(
            separator: mistake.put)
        #expect(text != good)
        let (spec, found) = read(text)
        #expect(spec == nil)
        let all = found.map(\.text).joined()
        for word in mistake.words { #expect(all.contains(word), "\(all)") }
        let places = found.map { "\($0.location.line):\($0.location.column)" }
        #expect(places.contains("\(mistake.line):\(mistake.column)"), "\(all)")
        #expect(all.contains("^"))
    }

    @Test func allMistakesOfAFileAreToldAtOnceInTheirOrder() {
        let text = good.replacing("packing: node", with: "packing: x").replacing("cpus: 2", with: "cpus: x")
            .replacing("name: first", with: "nam: first")
        let (spec, found) = read(text)
        #expect(spec == nil)
        #expect(found.count == 4)
        #expect(found.map(\.location.line) == found.map(\.location.line).sorted())
    }

    @Test func memoryOfAGPUAndWhatIsMeasuredAreRead() {
        let (spec, found) = read(good, overrides: ["resources.gpu_memory=20G", "measure=[pss]"])
        #expect(spec?.resources.gpuMemory == ByteCount(20 << 30) && spec?.measures == [.pss], "\(found)")
        #expect(read(good).0?.resources.gpuMemory == nil)
    }

    @Test(arguments: [
        (["resources.gpu_memory=lots"], "'resources.gpu_memory' can't be 'lots'"),
        (["resources.gpu_memory=1G", "resources.gpus=0"], "'resources.gpu_memory' needs 'resources.gpus'"),
        (["measure=[ps]"], "'measure' can't hold 'ps'; did you mean 'pss'?"),
    ]) func whatTheseCannotBeIsTold(overrides: [String], words: String) {
        #expect(
            read(good, overrides: overrides).1.contains { $0.message == words }, "\(read(good, overrides: overrides).1)"
        )
    }

    @Test(arguments: [
        ("2", 2, 1), ("0.5", 1, 2), ("0.33", 1, 3), ("0.25", 1, 4), ("0", 0, 1),
    ]) func gpusMayBeShares(text: String, gpus: Int, sharing: Int) {
        let (spec, found) = read(good, overrides: ["resources.gpus=\(text)"])
        #expect(spec?.resources.gpus == gpus && spec?.resources.sharing == sharing, "\(found)")
    }

    @Test(arguments: ["0.7", "-1", "1.5", "0.001", "one"]) func otherAmountsOfGPUsAreMistakes(text: String) {
        let (spec, found) = read(good, overrides: ["resources.gpus=\(text)"])
        #expect(
            spec == nil && found.contains { $0.message.contains("'resources.gpus' can't be '\(text)'") }, "\(found)")
    }

    @Test func settingsAreLaidOverTheFile() throws {
        let (spec, found) = read(
            good, overrides: ["resources.cpus=8", "sweep.matrix.sigma=[7]", "experiment.name=other"])
        #expect(found.isEmpty)
        #expect(spec?.resources.cpus == 8)
        #expect(spec?.points.map(\.id) == ["sigma-7"])
        #expect(spec?.name == "other")
        #expect(read(good, overrides: ["resources"]).0 == nil)
    }

    @Test func scalarsMeanWhatTheirAuthorsWrote() throws {
        let text = good.replacing(
            "[1, 2.5, 'on']", with: "[00065_00, 20250922_143052, 1:00:00, 1e-3, 010, true, '7']")
        let values = try #require(read(text).0).points.map { $0.values[0].value }
        #expect(values == ["00065_00", "20250922_143052", "1:00:00", .double(0.001), "010", true, "7"])
    }

    @Test func aPresetThatIsNotThereIsNamedWithTheNearest() {
        let (spec, found) = read(good, overrides: ["pipeline=cellpip"])
        #expect(spec == nil)
        #expect(found.map(\.text).joined().contains("no pipeline 'cellpip'; did you mean 'cellpipe'?"))
    }

    @Test func stagesThatWaitForEachOtherAreNamed() {
        let text = good.replacing("produces: [masks]", with: "produces: [masks]\n      requires: [sums]")
            .replacing("requires: [masks]", with: "requires: [masks]\n      produces: [sums]")
        #expect(read(text).1.contains { $0.message.contains("seg -> sum -> seg") })
    }

    @Test(arguments: [
        ("name: x\nbackend: slurn\n", "did you mean 'slurm'?"), ("backend: slurm\n", "'name' is missing"),
        ("name: x\ncollector: {way: attached}\n", "'collector.way: attached' needs 'backend: slurm' and 'host'"),
        (
            "name: x\nbackend: slurm\nhost: h\ncollector: {way: detached}\n",
            "write: collector: {way: detached, interface: ADDRESS}"
        ),
        ("name: x\ncollector: {interface: ib 0}\n", "an address of the login node"),
        ("name: x\ncollector: {idle: 5s}\n", "a time from 1m on"),
        ("name: x\nworkdir: runs\n", "an absolute path"), ("name: x\nprot: 22\n", "did you mean 'port'?"),
        ("name: x\nport: 99999\n", "from 1 to 65535"),
        ("name: x\nslurm: {nodes: 2-4}\n", "'slurm.nodes' can't be '2-4'"),
    ]) func clustersAreCheckedToo(text: String, words: String) {
        let (spec, found) = ClusterReader.read(Array(text.utf8), file: "c.yaml")
        #expect(spec == nil)
        #expect(found.map(\.text).joined().contains(words), "\(found)")
    }
}
