import MusterCore
import MusterProvenance
import Testing

@Suite struct DatasetTests {
    private func file(_ path: String, _ text: String = "x") -> DatasetFile {
        DatasetFile(path: path, size: Int64(text.utf8.count), sha256: SHA256.hex(Array(text.utf8)))
    }

    @Test(arguments: [
        ("cells@1.2.3", true), ("cells", true), ("a.b-c_d9", true), ("cells@1.2", false), ("cells@01.2.3", false),
        ("cells@+1.2.3", false), ("cells@1.2.3@4.5.6", false), ("", false), ("@1.0.0", false), ("a b", false),
        ("-a", false), ("../a", false), ("ä", false),
    ])
    func namesHaveOneSpelling(_ text: String, _ isRight: Bool) {
        #expect((DatasetReference(text)?.description == text) == isRight)
    }

    @Test func aNameMakesTheSameIdentifierEverywhere() {
        #expect(ResourceID.dataset("cells") == ResourceID.dataset("cells"))
        #expect(ResourceID.dataset("cells") != ResourceID.dataset("cell"))
        #expect(ResourceID("\(ResourceID.dataset("cells"))") != nil)
    }

    @Test func whatChangedDecidesTheStep() throws {
        let old = DatasetContent([file("s1/a"), file("s1/b"), file("s2/a")])
        func step(_ new: DatasetContent, _ asked: DatasetStep? = nil, described: Bool = false) throws -> DatasetStep? {
            try DatasetStep.choose(
                DatasetDifference(from: old, to: new), asked: asked, isDescribedAnew: described)
        }
        let more = DatasetContent(old.files + [file("s3/a")])
        let less = DatasetContent(old.files.dropLast())
        let other = DatasetContent([file("s1/a"), file("s1/b", "y"), file("s2/a")])
        #expect(try step(old) == nil && step(old, described: true) == .patch && step(old, .major) == .major)
        #expect(try step(more) == .minor && step(more, .major) == .major && step(less) == .major)
        #expect(try step(other) == .major && step(more, described: true) == .minor)
        #expect(throws: DatasetStepTooSmall(asked: .patch, least: .minor)) { try step(more, .patch) }
        #expect(throws: DatasetStepTooSmall(asked: .minor, least: .major)) { try step(other, .minor) }
        let version = DatasetSpec.Version(1, 9, 9)
        #expect([DatasetStep.patch, .minor, .major].map { "\(version.next($0))" } == ["1.9.10", "1.10.0", "2.0.0"])
        #expect(version < version.next(.patch) && DatasetSpec.Version(1, 10, 0) > version)
    }

    @Test func differencesAreToldByNameBytesAndNotByHowTheyLook() {
        let composed = "s/\u{E9}", decomposed = "s/e\u{301}"
        let both = DatasetContent([file(composed), file(decomposed)])
        #expect(both.files.count == 2)
        let difference = DatasetDifference(from: both, to: DatasetContent([file(composed), file("s/z")]))
        #expect(difference.missing.count == 1 && difference.added.map(\.path) == ["s/z"])
        #expect(difference.changed.isEmpty && !difference.isEmpty)
        // Without sums the sizes alone are compared.
        let looked = DatasetContent([DatasetFile(path: "a", size: 1), DatasetFile(path: "b", size: 2)])
        #expect(
            DatasetDifference(from: DatasetContent([file("a"), file("b")]), to: looked).changed.map(\.path) == ["b"])
    }

    @Test func theDigestIsOfTheSortedListAndNothingPassesForTwoFiles() {
        let files = [file("s2/a"), file("s10/a", "y"), file("s1/b")]
        let content = DatasetContent(files)
        #expect(content.digest == DatasetContent(files.reversed()).digest)
        let list = content.files.map { "\($0.sha256)  \($0.path)\n" }.joined()
        #expect(content.digest == SHA256.hex(Array(list.utf8)), "that of the folder")
        #expect(content.members == ["s1", "s10", "s2"] && content.only(["s1"]).files.map(\.path) == ["s1/b"])
        let sum = SHA256.hex(Array("x".utf8))
        #expect(DatasetContent([file("a\n\(sum)  b")]).digest != DatasetContent([file("a"), file("b")]).digest)
        #expect(DatasetContent([file("a\n")]).digest != DatasetContent([file("a%0A")]).digest)
    }

    @Test(arguments: ["plain", "a b\t c", "a\nb", "a\r\nb", "100%", "a%0Ab", "é/%25", " \u{301}x", "*star"])
    func namesComeBackFromManifests(_ name: String) throws {
        let path = "data/\(name)"
        let sum = String(repeating: "aB", count: 32)
        let text = BagText.manifest([(path, sum)])
        let read = try BagText.manifest(text, file: "m", digits: 64, isPayload: true)
        #expect(read.map { Array(BagPath.decode($0.path).utf8) } == [Array(path.utf8)])
        #expect(read.map(\.sum) == [sum.lowercased()])
        let fetch = BagFetch(url: "file://h/p", size: 7, path: path)
        let again = try BagText.fetch(BagText.fetch([fetch]))
        #expect(again.map { BagPath.decode($0.path) } == [path] && again.map(\.size) == [7])
    }

    @Test(arguments: [
        "../x", "data/../../x", "/etc/passwd", "~root/x", "data//x", "data/./x", "data/%2e%2e", "c:/x",
        "other/x", "data", "",
    ])
    func namesThatLeadOutOfABagAreRefused(_ name: String) throws {
        let sum = String(repeating: "0", count: 64)
        // Other codes than those of line ends and `%` are no codes.
        guard name != "data/%2e%2e" else {
            #expect(try BagText.manifest("\(sum) \(name)", file: "m", digits: 64, isPayload: true).count == 1)
            return
        }
        #expect(throws: BagText.Mistake.self) {
            try BagText.manifest("\(sum)  \(name)\n", file: "m", digits: 64, isPayload: true)
        }
        #expect(throws: BagText.Mistake.self) { try BagText.fetch("http://h/x - \(name)\n") }
    }

    @Test func mistakesOfBagsNameTheirLine() {
        let sum = String(repeating: "0", count: 64)
        for (text, line) in [
            ("\(sum)  data/a\n\(sum) *data/a\n", 2), ("\(sum)  data/a\r\n\r\nxyz  data/b\r\n", 3), ("\(sum)\n", 1),
            ("\(sum.dropLast())g data/a", 1),
        ] {
            #expect { try BagText.manifest(text, file: "m", digits: 64, isPayload: true) } throws: {
                ($0 as? BagText.Mistake)?.line == line
            }
        }
    }

    @Test func labelsGoOnOverLines() throws {
        let info = try BagText.info("\u{FEFF}A: b\n  c\r\nPayload-Oxum:1.2\nA:\n", file: "bag-info.txt")
        #expect(info.map(\.label) == ["A", "Payload-Oxum", "A"] && info.map(\.text) == ["b c", "1.2", ""])
        #expect(BagText.info(["A": "b\nc: d"]) == "A: b c: d\n")
        #expect(throws: BagText.Mistake.self) { try BagText.info("no label", file: "bag-info.txt") }
    }

    @Test func factsComeBack() throws {
        let entry = DatasetEntry(
            name: "cells", version: .init(1, 2, 3), description: "d", content: "c", fileCount: 2, bytes: 3,
            cluster: "hpc", host: "h", folder: "/f", user: "u")
        for fact in [ProvenanceFact.datasetRegistered(entry), .datasetFiles(content: "c", [file("a"), file("b/c")])] {
            let event = Event(
                run: "", source: String(repeating: "a", count: 32), sequence: 1, time: .init(microseconds: 5),
                monotonic: 0, body: fact.body)
            #expect(ProvenanceFact(try Event(line: event.json.line.utf8).body) == fact)
        }
        #expect(ProvenanceFact(.provenance(kind: "dataset.registered", fields: [])) == nil)
    }
}
