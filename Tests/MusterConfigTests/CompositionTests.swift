import MusterCore
import Testing

@testable import MusterConfig

@Suite struct CompositionTests {
    private let texts = [
        "base.yaml": "experiment: {name: base, dataset_root: data}\nresources: {cpus: 2, memory: 1G}\ncollect: [a]\n",
        "site.yaml": "defaults: base.yaml\nresources: {memory: 2G}\ncollect: [b, c]\n",
        "circle.yaml": "defaults: [circle.yaml]\n",
    ]

    private func read(_ main: String, user: String? = nil, settings: [String] = []) -> SweepReader.Result {
        let files = ConfigFiles(
            main: .init(file: "main.yaml", bytes: Array(main.utf8)),
            user: user.map { .init(file: "user.yaml", bytes: Array($0.utf8)) }, settings: settings
        ) { name, _ in self.texts[name].map { .init(file: name, bytes: Array($0.utf8)) } }
        return SweepReader.read(files, .init())
    }

    private let main = """
        defaults: [site.yaml]
        experiment:
          name: mine
        pipeline: {command: [prog]}
        resources:
          cpus: 4
        """

    @Test func laterFilesWinKeyByKey() throws {
        let result = read(
            main, user: "cluster: mycluster\nresources: {time: 1h, cpus: 1}\n", settings: ["resources.gpus=1"])
        let spec = try #require(result.spec, "\(result.found.map(\.text))")
        #expect(spec.name == "mine" && spec.datasetRoot == "data" && spec.cluster == "mycluster")
        #expect(
            spec.resources == Resources(gpus: 1, cpus: 4, memory: .mebibytes(2048), time: WallTime(seconds: 3600)))
        #expect(spec.collect.files == .globs(["b", "c"]))
        #expect(spec.places["cluster"]?.description == "user.yaml:1:10")
    }

    @Test func eachValueTellsWhereItComesFrom() throws {
        let resolved = try #require(read(main, settings: ["resources.gpus=1"]).resolved)
        let lines = resolved.yaml(origin: true).split(separator: "\n").map(String.init)
        func line(_ key: String) -> String { lines.first { $0.contains("\(key):") } ?? "" }
        #expect(line("dataset_root").hasSuffix("# base.yaml:1:40"))
        #expect(line("name").hasSuffix("# main.yaml:3:9"))
        #expect(line("memory").hasSuffix("# site.yaml:2:21"))
        #expect(line("gpus").hasSuffix("# --set resources.gpus:1:1"))
        #expect(resolved.isComposed)
        #expect(read("experiment: {name: a, dataset_root: b}\npipeline: {command: x}\n").resolved?.isComposed == false)
    }

    @Test func thePresetsParametersAreShownToo() throws {
        var options = SweepReader.Options()
        options.preset = { _ in
            .init(
                file: "preset.yaml",
                bytes: Array(
                    "stages:\n  - {name: a, command: x, parameters: {k: 1, l: 2}}\n  - {name: b, command: x}\n".utf8))
        }
        let text = "experiment: {name: n, dataset_root: d}\npipeline: p\nstages: {a: {l: 3}}\n"
        let result = SweepReader.read(ConfigFiles(main: .init(file: "c.yaml", bytes: Array(text.utf8))), options)
        let lines = try #require(result.resolved).yaml(origin: true).split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("    k: 1 ") && $0.hasSuffix("# preset.yaml:2:43") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("    l: 3 ") && $0.hasSuffix("# c.yaml:3:17") }, "\(lines)")
        #expect(result.resolved?.isComposed == false)
    }

    @Test func whatIsShownReadsBackAsTheSame() throws {
        let odd = """
            experiment: {name: a, dataset_root: "b: #c", scenes: [00065_00, 'true', "x\\ny", é, '1', "-", '']}
            pipeline:
              stages:
                - {name: s, command: [a, [b, "{?stage.x}"]], parameters: {x: null, y: [1, 2.5], z: {}}}
                - {name: t, command: "if true; then :; fi # not a comment"}
            """
        let first = try #require(read(odd).resolved)
        let again = try #require(read(first.yaml(origin: true)).resolved)
        #expect(again.json == first.json)
    }

    @Test func aMistakeIsToldWithTheFileItStandsIn() {
        let found = read("defaults: site.yaml\nresources: {cpus: 0}\npipeline: {command: x}\n", user: "packng: node\n")
            .found
        let text = found.map(\.text).joined()
        #expect(text.contains("main.yaml:2:19: error: 'resources.cpus' can't be '0'"), "\(text)")
        #expect(text.contains("user.yaml:1:1: error: unknown key 'packng'; did you mean 'packing'?"), "\(text)")
    }

    @Test(arguments: [
        ("defaults: none.yaml\n", "'none.yaml', which can't be read"),
        ("defaults: circle.yaml\n", "files build on each other: main.yaml -> circle.yaml -> circle.yaml"),
    ]) func whatCantBeBuiltOnIsNamed(text: String, words: String) {
        let result = read(text + main.split(separator: "\n").dropFirst().joined(separator: "\n"))
        #expect(result.spec == nil)
        #expect(result.found.map(\.text).joined().contains(words), "\(result.found.map(\.text).joined())")
    }

    @Test func nullTakesAKeyOut() throws {
        let spec = try #require(read(main + "\ncollect: null\n").spec)
        #expect(spec.collect.files == .summaries)
    }

    @Test func aClusterExtendsAnother() throws {
        let files = ConfigFiles(
            main: .init(file: "mine.yaml", bytes: Array("extends: site\nname: mine\nslurm: {qos: long}\n".utf8))
        ) {
            name, _ in
            name == "site"
                ? .init(
                    file: "site.yaml",
                    bytes: Array(
                        "name: site\nbackend: slurm\nhost: login\nslurm: {qos: short, constraint: a100}\n".utf8))
                : nil
        }
        let (spec, found, text) = ClusterReader.read(files)
        let cluster = try #require(spec, "\(found)")
        #expect(cluster.name == "mine" && cluster.host == "login" && cluster.backend == .slurm)
        #expect(cluster.slurm.map { "\($0.name)=\($0.value ?? "")" } == ["qos=long", "constraint=a100"])
        let flat = try #require(text)
        var (again, first) = (try #require(ClusterReader.read(Array(flat.utf8), file: "x").0), cluster)
        // The same values, at other places.
        (again.places, first.places) = ([:], [:])
        #expect(again == first)
    }

    @Test(
        arguments: [
            ("00065_00", "the number 3392"), ("20250922_143052", "the number 20250922143052"),
            ("1:00:00", "the number 3600"),
            ("on", "true"), ("No", "false"), ("1e-3", "text"), ("1.5e3", "text"), ("010", "the number 8"),
            ("01:00:00", nil), ("1.5e-3", nil), ("12", nil), ("0.5", nil), ("yesterday", nil), ("0", nil),
            ("1_000", "the number 1000"),
            ("99999999999999999999_9", nil), ("08", nil),
        ] as [(String, String?)]) func whatOlderReadersTakeItFor(text: String, other: String?)
    {
        #expect(Scalar.otherReading(of: text) == other)
    }
}
