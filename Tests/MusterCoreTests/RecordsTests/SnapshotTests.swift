import MusterCore
import Testing

@Suite struct SnapshotTests {
    private let facts = PythonFacts(
        output: Array(
            """
            Warning: something
            {"python": {"version": "3.11.2"}}
            {"environment": {"CONDA_DEFAULT_ENV": "seg", "AWS_SECRET_ACCESS_KEY": "hush", "CUDA_VISIBLE_DEVICES": "7"}}
            {"devices": [{"index": 0, "name": "A"}, {"index": 1, "name": "B"}, {"index": 2, "name": "C"}]}
            {"torch": {"version": "2.3.0", "cuda_available": true}}
            {"numpy": "1.2
            """.utf8))

    private func json(_ gpus: String?, of all: [String]?) -> JSON {
        EnvironmentSnapshot(
            system: [.init("system", "Linux")], facts: facts, gpus: gpus, agentGPUs: all
        ).json(now: SummaryTests.now)
    }

    @Test func onlyNamedVariablesAreTold() {
        let json = json("1", of: ["0", "1", "2"])
        #expect(json["environment"] == ["CUDA_VISIBLE_DEVICES": "1", "CONDA_DEFAULT_ENV": "seg"])
        #expect(!json.line.contains("hush"))
        #expect(json["python"]?["version"] == "3.11.2" && json["platform"]?["system"] == "Linux")
    }

    @Test func whatIsNotKnownIsAbsent() {
        let json = json(nil, of: nil)
        #expect(json["numpy"] == nil && json["git"] == nil, "a line cut short tells nothing")
        let empty = EnvironmentSnapshot(system: [], facts: PythonFacts(), gpus: nil, agentGPUs: nil)
        #expect(
            empty.json(now: SummaryTests.now).members?.map(\.key) == ["generated_at", "platform", "environment"])
    }

    @Test(
        arguments: [
            ("GPU-c,GPU-a", ["GPU-a", "GPU-b", "GPU-c"], ["C", "A"]), ("", ["0", "1"], []),
            (nil, nil, ["A", "B", "C"]),
        ] as [(String?, [String]?, [String])]) func aJobTellsOfItsOwnGPUs(
            gpus: String?, all: [String]?, names: [String]
        )
    {
        let torch = json(gpus, of: all)["torch"]
        #expect(torch?["devices"]?.array?.compactMap { $0["name"]?.string } == names)
        #expect(torch?["devices"]?.array?.compactMap { $0["index"]?.int } == names.indices.map { Int64($0) })
        #expect(torch?["device_count"] == .int(names.count))
    }

    @Test func strangeGPUsAreNotGuessedAt() {
        let torch = json("MIG-1", of: ["0"])["torch"]
        #expect(torch?["version"] == "2.3.0" && torch?["devices"] == nil && torch?["device_count"] == nil)
    }
}
