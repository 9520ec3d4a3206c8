import Foundation
import MusterCore
import Testing

/// The cellpipe preset over fields of view, against an undisturbed run of the program itself.
@Suite(.serialized) struct ItemRunTests {
    private static let fields = 6

    private func lab(_ items: String) throws -> Lab {
        let lab = try Lab(scenes: [])
        try FileManager.default.createDirectory(atPath: lab.folder, withIntermediateDirectories: true)
        try cellpipe(
            "simulate", "--output", "\(lab.folder)/data", "--scenes", "1", "--fovs", "\(Self.fields)", "--frames", "31",
            "--height", "110", "--width", "120", "--cells", "2")
        try cellpipe("run", "--input", "\(lab.folder)/data/scene_000", "--output", "\(lab.folder)/reference")
        try lab.write(
            "sweep.yaml", "experiment: {name: it, dataset_root: data}\npipeline: cellpipe\nitems: \(items)\n")
        return lab
    }

    private func cellpipe(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "\(Lab.programs)/cellpipe")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func files(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where !path.hasPrefix(".muster") && path != "processing_results.yaml" {
            var isFolder: ObjCBool = false
            let whole = "\(folder)/\(path)"
            if FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder), !isFolder.boolValue {
                files[path] = FileManager.default.contents(atPath: whole)
            }
        }
        return files
    }

    /// Byte for byte what the program makes by itself, and nothing else.
    private func expectReference(_ lab: Lab) throws {
        let (made, expected) = (
            try files("\(lab.folder)/results/it/scene_000"), try files("\(lab.folder)/reference")
        )
        #expect(made.keys.sorted() == expected.keys.sorted())
        for (path, data) in expected { #expect(made[path] == data, "\(path) differs") }
        #expect(expected.count == Self.fields * 6 + 1)
    }

    /// First items of a stage's workers, in the order in which they ended, over all lanes of a run.
    private func workers(_ stage: String, _ run: String) throws -> [Int64] {
        let lanes = try FileManager.default.contentsOfDirectory(atPath: "\(run)/lanes").sorted()
        return lanes.flatMap { lane in
            let index = (try? String(contentsOfFile: "\(run)/lanes/\(lane)/log.index.jsonl", encoding: .utf8)) ?? ""
            return index.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
                .filter { $0["stage"]?.string == stage }.compactMap { $0["first"]?.int }
        }
    }

    private func runs(_ lab: Lab) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/state/runs").sorted().map {
            "\(lab.folder)/state/runs/\($0)"
        }
    }

    @Test(arguments: ["{}", "{batch_size: 4, workers: 2}"])
    func resultsAreThoseOfTheProgramAlone(items: String) throws {
        let lab = try lab(items)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        try expectReference(lab)
        let count = try workers("track", try #require(try runs(lab).first)).count
        #expect(count == (items == "{}" ? 1 : 4))
        let yaml = try String(
            contentsOfFile: "\(lab.folder)/results/it/scene_000/processing_results.yaml", encoding: .utf8)
        #expect(yaml.hasPrefix("output_dir: \(lab.folder)/results/it/scene_000\nchannels:\n  pc: 0\n"))
        let last = "\(lab.folder)/results/it/scene_000/fov_005/scene_000_fov_005_traces_ch_1.csv"
        #expect(yaml.contains("    traces_csv:\n    - - 1\n      - \(last)\n"))
        #expect(FileManager.default.fileExists(atPath: last))
        // Sharing out otherwise makes nothing new.
        let again = try lab.muster(["run", "sweep.yaml", "--json", "--set", "items.workers=3"])
        #expect(again.json?["jobs"]?.array?.first?["cached"] == true, "\(again.errors)")
    }

    @Test func aFieldThatCantBeReadCostsItsWorkersRangeAndIsAddedLater() throws {
        let lab = try lab("{batch_size: 2, workers: 2}")
        let stack = "\(lab.folder)/data/scene_000/fov_003_ch_0.npy"
        try FileManager.default.moveItem(atPath: stack, toPath: "\(lab.folder)/aside")
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 1)
        let job = try #require(run.json?["jobs"]?.array?.first, "\(run.errors)")
        #expect(job["outcome"] == "partial", "\(job.line)")
        let attempt = try #require(job["attempts"]?.array?.first)
        #expect(attempt["items"]?["done"] == 5 && attempt["items"]?["total"] == 6)
        #expect(attempt["items"]?["failed"]?.array?.first?["first"] == 3)
        let status = try lab.muster(["status"])
        #expect(
            status.status == 1 && status.output.contains("stage 'copy': 5 of 6 items; not 3 (exit code 1)"),
            "\(status.output)")
        #expect(status.output.contains("fov_003_ch_0.npy"), "the worker's last words")
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/results/it/logs/scene_000/copy.3.log"))
        let yaml = try String(
            contentsOfFile: "\(lab.folder)/results/it/scene_000/processing_results.yaml", encoding: .utf8)
        #expect(yaml.contains("  '4':") && !yaml.contains("  '3':\n    pc:\n    - 0"))
        #expect(try lab.muster(["plan", "sweep.yaml"]).output.contains("1 partial"))

        try FileManager.default.moveItem(atPath: "\(lab.folder)/aside", toPath: stack)
        let again = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(again.status == 0, "\(again.errors)")
        let second = try #require(try runs(lab).last)
        for stage in ["copy", "segment", "correct", "track", "extract"] { #expect(try workers(stage, second) == [3]) }
        try expectReference(lab)
    }

    @Test func afterKill9OfTheAgentOnlyWhatIsLeftIsRepeated() throws {
        let lab = try lab("{batch_size: 1}")
        let watch = try lab.start(["run", "sweep.yaml"])
        let run = try lab.wait(for: "two fields of view that are segmented") { () -> String? in
            let results = (try? FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/results/it")) ?? []
            guard let attempt = results.first(where: { $0.contains(".attempt.") }) else { return nil }
            let record = "\(lab.folder)/results/it/\(attempt)/.muster/items.segment.jsonl"
            let lines = (try? String(contentsOfFile: record, encoding: .utf8))?.split(separator: "\n").count ?? 0
            return lines >= 2 ? try runs(lab).first : nil
        }
        let token = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(run)/submissions").first)
        let id = try String(contentsOfFile: "\(run)/submissions/\(token)/id", encoding: .utf8)
        kill(try #require(Int32(id.split(separator: " ")[0])), SIGKILL)
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        #expect(try lab.jobs().first?["attempts"]?.array?.count == 2)
        let ended = try workers("segment", run)
        #expect(ended.filter { $0 == 0 }.count == 1 && ended.filter { $0 == 1 }.count == 1, "\(ended)")
        #expect(Set(ended) == Set(0..<Int64(Self.fields)))
        #expect(try workers("copy", run) == (0..<Int64(Self.fields)).map { $0 })
        try expectReference(lab)
    }

    @Test func cancellingLeavesTheListOfWhatIsThere() throws {
        let lab = try lab("{}")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: it, dataset_root: data}
            items: {count: 6, batch_size: 1}
            pipeline:
              stages:
                - {name: copy, command: [cellpipe, copy, --input, "{scene.path}", --output, "{output_dir}"], produces: stacks}
                - name: segment
                  command: "cellpipe segment --output {output_dir} --fov {item.first}; [ {item.first} != 2 ] || sleep 300"
                  requires: stacks
                  produces: masks
                  items: {files: "fov_{item:03d}/*_seg_ch_*.npy"}
                - {name: results, command: [cellpipe, results, --output, "{output_dir}"], always: true}
            """)
        let first = try lab.muster(["submit", "sweep.yaml"])
        #expect(first.status == 0, "\(first.errors)")
        let attempt = try lab.wait(for: "a field of view that is segmented") { () -> String? in
            let results = (try? FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/results/it")) ?? []
            guard let attempt = results.first(where: { $0.contains(".attempt.") }) else { return nil }
            let path = "\(lab.folder)/results/it/\(attempt)"
            let record = try? String(contentsOfFile: "\(path)/.muster/items.segment.jsonl", encoding: .utf8)
            return record?.contains("\"last\":1,") == true ? path : nil
        }
        #expect(try lab.muster(["cancel", "last", "--yes"]).status == 0)
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        #expect(try lab.jobs().first?["outcome"] == "cancelled")
        let yaml = try String(contentsOfFile: "\(attempt)/processing_results.yaml", encoding: .utf8)
        #expect(yaml.components(separatedBy: "    seg:\n    - 0\n").count >= 3, "\(yaml)")
        #expect(yaml.contains("  '5':") && yaml.contains("    seg: null\n"), "\(yaml)")
    }

    @Test func jobsTakeThePartThatASharedStageRunHasDone() throws {
        let lab = try lab("{batch_size: 2, workers: 2}\nsweep: {matrix: {track.min_iou: [0.1, 0.3]}}")
        let stack = "\(lab.folder)/data/scene_000/fov_003_ch_0.npy"
        try FileManager.default.moveItem(atPath: stack, toPath: "\(lab.folder)/aside")
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        let jobs = try #require(run.json?["jobs"]?.array, "\(run.errors)")
        #expect(jobs.map { $0["outcome"] } == ["partial", "partial"], "\(jobs.map(\.line))")
        for job in jobs { #expect(job["attempts"]?.array?.first?["items"]?["done"] == 5) }
        let first = try workers("segment", try #require(try runs(lab).first))
        #expect(first.filter { $0 != 3 }.count == Set(first).subtracting([3]).count, "done once for both: \(first)")
        try FileManager.default.moveItem(atPath: "\(lab.folder)/aside", toPath: stack)
        let again = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try workers("segment", try #require(try runs(lab).last)) == [3])
    }
}
