import MusterCore
import Testing

@testable import MusterConfig

@Suite struct SweepShapeTests {
    private func read(_ sweep: String, files: [String: String] = [:]) -> SweepReader.Result {
        let text = """
            experiment: {name: s, dataset_root: d}
            pipeline: {command: [prog, '{scene.path}']}
            sweep:
            \(sweep.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
            """
        let all = ConfigFiles(main: .init(file: "c.yaml", bytes: Array(text.utf8))) { name, _ in
            files[name].map { .init(file: name, bytes: Array($0.utf8)) }
        }
        return SweepReader.read(all, .init())
    }

    private func points(_ sweep: String, files: [String: String] = [:]) throws -> [Point] {
        let result = read(sweep, files: files)
        return try #require(result.spec, "\(result.found.map(\.text))").points
    }

    private func labels(_ sweep: String, files: [String: String] = [:]) throws -> [String] {
        try points(sweep, files: files).map(\.label)
    }

    @Test func allShapesMultiply() throws {
        let all = try labels(
            """
            matrix: {a: [1, 2]}
            zip: {b: [x, y], c: [5, 6]}
            list: [{d: 0.5, e: true}]
            file: points.csv
            exclude: [{a: 2, b: y}]
            include: [{a: 9, b: z}]
            """, files: ["points.csv": "f,\"g, h\"\r\n1,\"one\"\"s\"\r\n2,two\r\n"])
        #expect(all.count == 2 * 2 * 2 - 2 + 1)
        #expect(all.first == "a=1, b=x, c=5, d=0.5, e=true, f=1, g, h=one\"s")
        #expect(all.last == "a=9, b=z")
        #expect(!all.contains { $0.hasPrefix("a=2, b=y") })
    }

    @Test(arguments: [
        ("{start: 0, stop: 1, step: 0.1}", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1"),
        ("{start: 10, stop: 1, step: -4}", "10 6 2"), ("{start: 1, stop: 4}", "1 2 3 4"),
        ("{linspace: [0, 1, 4]}", "0 0.333333333333 0.666666666667 1"), ("{linspace: [3, 9, 1]}", "3"),
        ("{logspace: [-3, 1, 5]}", "0.001 0.01 0.1 1 10"), ("{geomspace: [1, 8, 4]}", "1 2 4 8"), ("7", "7"),
    ]) func numbersAtRegularDistances(text: String, values: String) throws {
        #expect(
            try points("matrix: {a: \(text)}").map { Placeholders.text($0.values[0].value) }.joined(separator: " ")
                == values)
    }

    @Test func drawnPointsDependOnTheSeedAlone() throws {
        let draw =
            "{lr: {log_uniform: [1.0e-5, 0.1]}, n: {integers: [1, 1000000]}, o: [sgd, adam], u: {uniform: [2, 3]}}"
        let few = try labels("random: {count: 20, seed: 7, parameters: \(draw)}")
        let more = try labels("random: {count: 30, seed: 7, parameters: \(draw)}")
        #expect(few.count == 20 && Array(more.prefix(20)) == few)
        #expect(try labels("random: {count: 20, seed: 8, parameters: \(draw)}").allSatisfy { !few.contains($0) })
        // As another program draws it by the same rule.
        #expect(few[0] == "lr=0.00188903094103, n=843860, o=adam, u=2.0033077391", "\(few[0])")
    }

    @Test func aLatinHypercubeHasOnePointInEachPartOfEachParameter() throws {
        let points = try points(
            "latin_hypercube: {count: 50, seed: 3, parameters: {x: {uniform: [0, 50]}, y: {log_uniform: [1, 1024]}}}")
        #expect(points.count == 50)
        let x = points.compactMap { $0.values[0].value.double }.map { Int($0) }
        #expect(Set(x) == Set(0..<50) && x != x.sorted())
    }

    @Test func aValueMoreLeavesTheOtherPointsAsTheyAre() throws {
        func jobs(_ values: String, _ names: String) throws -> [String: String] {
            let points = try points(
                "matrix: {a: \(values), b: [x, y]}\nrandom: {count: 3, parameters: {c: {uniform: [0, 1]}}}\n\(names)")
            let plan = Planner.plan(
                PlanInput(
                    sweep: "s", cluster: "local", scenes: [Scene(name: "one", path: "/d/one")], points: points,
                    stages: [StageSpec(name: "run", command: .shell("x {point.a}"))], outputRoot: "/out",
                    resources: Resources(), packing: .auto,
                    capacity: Capacity(cpus: 2, gpus: 0, timeLimit: nil, maxArraySize: 1000, isLocal: true)))
            return Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.id, $0.key) })
        }
        for names in ["", "names: 'a{a:.2e}_{b}_{c}'"] {
            let few = try jobs("[1, 2.5]", names)
            let more = try jobs("[0.001, 1, 2.5, 3]", names)
            #expect(few.count == 12 && more.count == 24)
            for (id, key) in few { #expect(more[id] == key) }
        }
    }

    @Test func namesHaveFormats() throws {
        let points = try points("matrix: {lr: {logspace: [-3, -1, 3]}, tile: [8, 64]}\nnames: 'lr{lr:.0e}_t{tile:03d}'")
        #expect(points.map(\.id).prefix(2) == ["lr1e-03_t008", "lr1e-03_t064"])
    }

    @Test func hundredThousandPointsAreThereAtOnce() throws {
        let points = try points("matrix: {a: {start: 1, stop: 1000}, b: {linspace: [0, 1, 100]}}")
        #expect(points.count == 100_000 && Set(points.map(\.id)).count == 100_000)
    }

    @Test(arguments: [
        ("matrix: {a: {start: 1, stop: 1001}, b: {start: 1, stop: 1000}}", "1001000 points; expected at most 1000000"),
        ("matrix: {a: {start: 1, stop: 9}}\nmax_points: 8", "9 points; expected at most 8"),
        ("matrix: {a: {start: 1, stop: 5, step: -1}}", "describes no numbers"),
        ("matrix: {a: {linspace: [0, 1]}}", "must be [START, STOP, COUNT]"),
        ("matrix: {a: {linspace: [0, 1, 2], start: 3}}", "one description of numbers"),
        ("matrix: {a: {from: 1}}", "unknown key 'from' in 'sweep.matrix.a'"),
        ("matrix: {a: [1, 1.0]}", "names a value twice"), ("matrix: {a: []}", "has no values"),
        ("zip: {a: [1, 2], b: [1]}", "as many values for each parameter, not a 2, b 1"),
        ("matrix: {a: [1]}\nzip: {a: [2]}", "'a' gets its values twice"),
        ("list: [{a: 1}, {b: 2}]", "must have the same parameters as the first: a"),
        ("list: [{a: 1}, {a: 1}]", "names a point twice: a=1"),
        ("list: 7", "must be a list of points"),
        ("matrix: {a: [1]}\ninclude: [{a: 1}]", "names a point twice: a=1"),
        ("matrix: {a: [1]}\nexclude: [{b: 1}]", "'b', which is no parameter"),
        ("matrix: {a: [1]}\nexclude: [{a: 1}]", "has no points"),
        ("matrix: {a: [1.01, 1.02]}\nnames: 'x{a:.1f}'", "two points would be called 'x1.0': a=1.01 and a=1.02"),
        ("matrix: {a: [fast]}\nnames: 'x{a:.1f}'", "has no name for the point a=fast"),
        ("matrix: {apple: [1]}\nnames: '{aple}'", "did you mean '{apple}'?"),
        ("random: {parameters: {a: [1]}}", "'sweep.random.count' is missing"),
        ("random: {count: 3, parameters: {a: {uniform: [2, 1]}}}", "[LOW, HIGH] with LOW at most HIGH"),
        ("random: {count: 3, parameters: {a: {log_uniform: [0, 1]}}}", "both above 0"),
        ("random: {count: 3, parameters: {a: {normal: [0, 1]}}}", "unknown key 'normal'"),
        ("file: none.csv", "'none.csv', which can't be read"), ("file: bad.csv", "bad.csv:3: expected 2 fields"),
        ("file: bad.jsonl", "bad.jsonl:2: expected the parameters of the first line"),
        ("matrix: {sege.x: [1]}", "names no stage of the pipeline"),
    ]) func mistakesAreNamed(sweep: String, words: String) {
        let files = ["bad.csv": "a,b\n1,2\n3\n", "bad.jsonl": "{\"a\":1}\n{\"b\":1}\n"]
        let result = read(sweep, files: files)
        #expect(result.spec == nil)
        #expect(result.found.map(\.text).joined().contains(words), "\(result.found.map(\.text).joined())")
    }
}
