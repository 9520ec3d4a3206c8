import MusterConfig
import MusterCore
import Testing

private let config = """
    experiment: {name: x, dataset_root: data}
    pipeline:
      env: {A: general, B: general}
      environment: {modules: [cuda/11], conda: base}
      clusters:
        hpc: {env: {A: hpc}, environment: {modules: [CUDA/12, gcc]}}
      stages:
        - name: one
          command: [prog]
          resources: {gpus: 1, memory: 4G, time: 10m}
          progress: "frame {done} of {total}"
        - name: two
          command: [prog]
          environment: {modules: [extra], venv: /v}
          clusters:
            hpc: {cwd: /scratch, environment: {container: image.sif}}
            other: {environment: {modules: []}}
          resources: {cpus: 8, memory: 2G, time: 20m}
    """

@Suite struct PipelineReaderTests {
    private func read(_ text: String) -> (SweepSpec?, [Diagnostic]) {
        SweepReader.read(Array(text.utf8), file: "c.yaml")
    }

    @Test func aClustersOwnWordsAreLaidOverTheGeneralOnes() throws {
        let stages = try #require(read(config).0).pipeline.stages
        let here = stages.map { $0.on("local").environment }
        #expect(here[0].variables == [.init("A", "general"), .init("B", "general")])
        #expect(here[0].modules == ["cuda/11"] && here[1].modules == ["cuda/11", "extra"])
        #expect(here[1].venv == "/v" && here[1].cwd == nil)
        let there = stages.map { $0.on("hpc").environment }
        #expect(there[0].modules == ["CUDA/12", "gcc"], "modules have other names elsewhere")
        #expect(there[0].variables.last == .init("A", "hpc"), "the last one of a name counts")
        #expect(there[0].conda == "base")
        #expect(there[1].modules == ["CUDA/12", "gcc", "extra"])
        #expect(there[1].cwd == "/scratch" && there[1].container == "image.sif" && there[1].venv == "/v")
        #expect(stages[1].on("other").environment.modules == ["cuda/11"])
    }

    @Test func whatStagesAskForMakesTheJobsRequest() throws {
        let asked = try #require(read(config).0).resources
        #expect(asked == Resources(gpus: 1, cpus: 8, memory: .mebibytes(4096), time: WallTime(seconds: 1800)))
        let own = try #require(read(config + "\nresources: {memory: 1G, cpus: 2}\n").0).resources
        #expect(own == Resources(gpus: 1, cpus: 2, memory: .mebibytes(1024), time: WallTime(seconds: 1800)))
    }

    @Test func aPatternIsKeptInThePlan() throws {
        let stage = try #require(read(config).0).pipeline.stages[0]
        #expect(stage.progress?.text == "frame {done} of {total}")
        #expect(StageSpec(json: stage.json)?.progress == stage.progress)
    }

    @Test(arguments: [
        ("progress: \"frame {done} of {total}\"", "progress: frame", "can't be 'frame'"),
        ("conda: base", "cnda: base", "did you mean 'conda'?"),
        ("hpc: {env:", "hpc: {evn:", "did you mean 'env'?"),
        ("memory: 4G", "memory: 4Q", "'pipeline.stages[0].resources.memory'"),
    ]) func mistakesAreNamedWhereTheyStand(find: String, put: String, words: String) {
        let (spec, found) = read(config.replacing(find, with: put, maxReplacements: 1))
        #expect(spec == nil)
        #expect(found.map(\.text).joined().contains(words), "\(found.map(\.text).joined())")
    }
}
