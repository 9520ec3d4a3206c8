import MusterCore
import Testing

@Suite struct TextTests {
    @Test func numbersOfJSONKeepAllTheirDigits() throws {
        for (text, value) in [
            ("0", JSON.int(0)), ("-0", .int(0)), ("-7", .int(-7)), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .double(-9_223_372_036_854_775_808)), ("99999999999999999999999", .double(1e23)),
            ("1.5", .double(1.5)), ("1e3", .double(1000)), ("-2.5E-1", .double(-0.25)),
        ] {
            #expect(try JSON(parsing: text) == value, "\(text)")
        }
        for text in ["-", "+1", ".5", "1e", "--1", "0x1", "1 2"] {
            #expect(throws: JSONError.self, "\(text)") { try JSON(parsing: text) }
        }
    }

    @Test(arguments: [
        #"{"a":1,"b":[true,false,null],"c":"x\ny\"\\","d":{"e":-2.5}}"#, "[]", "{}", "\"\"", "0", "-17", "1e+20",
    ]) func aValueReadAndWrittenIsTheSame(text: String) throws {
        #expect(try JSON(parsing: JSON(parsing: text).line) == JSON(parsing: text))
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\" 1}", "nul", "\"abc", "01x", "{\"a\":1}}", "\"\\ud8\"", "--1"])
    func whatIsNotJSONIsRefusedWithAPlace(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func nestingIsBounded() {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func escapesAreRead() throws {
        #expect(try JSON(parsing: #""\u00e9\ud83d\ude00\/\t""#) == "é😀/\t")
        #expect(try JSON(parsing: #""\ud83dx""#) == "\u{FFFD}x")
    }

    @Test func canonicalFormIgnoresOrderAndSpelling() throws {
        let one = try JSON(parsing: #"{"b":1.0,"a":{"y":2,"x":3}}"#).canonical.line
        #expect(one == #"{"a":{"x":3,"y":2},"b":1}"#)
    }

    /// FIPS 180-4's examples, and one block boundary.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]) func digests(text: String, hex: String) {
        #expect(SHA256.hex(Array(text.utf8)) == hex)
    }

    @Test(
        arguments: [
            ("90", 5400), ("05:30", 330), ("01:00:00", 3600), ("1-00", 86400), ("1-02:03", 93780),
            ("1-02:03:04", 93784),
            ("30m", 1800), ("2h", 7200), ("1h30m", 5400), ("90s", 90), ("1d", 86400),
        ] as [(String, Int64)]) func timesAreReadInSlurmsFormsAndWithUnits(text: String, seconds: Int64)
    {
        #expect(WallTime(parsing: text)?.seconds == seconds)
    }

    @Test(arguments: ["", "x", "1:2:3:4", "-5", "1h2", "h"]) func whatIsNoTimeIsRefused(text: String) {
        #expect(WallTime(parsing: text) == nil)
    }

    @Test(
        arguments: [
            ("512", 512 << 20), ("4G", 4 << 30), ("1.5 GiB", 3 << 29), ("2TB", 2 << 40), ("100B", 100), ("8k", 8192),
        ] as [(String, Int64)]) func sizesAreReadInPowersOf1024(text: String, bytes: Int64)
    {
        #expect(ByteCount(parsing: text)?.bytes == bytes)
    }

    @Test func momentsArePrintedInUTC() {
        #expect(Timestamp(microseconds: 1_795_225_256_250_999).description == "2026-11-21T01:40:56.250Z")
        #expect(Timestamp(seconds: 951_782_400).description == "2000-02-29T00:00:00.000Z")
        #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999Z")
    }

    @Test func placeholdersAreReplacedAndShellSyntaxIsLeftAlone() throws {
        let row = JobRow(
            index: 4, id: "p/s", scene: Scene(name: "s", path: "/d/it's"),
            point: Point(id: "p", values: [.init("lr", 3), .init("seg.sigma", 5)]), output: "/o/p/s", key: "k")
        let stage = StageSpec(name: "seg", command: .shell("x"), parameters: [.init("sigma", 2), .init("mode", "a b")])
        let names = Placeholders(row: row, stage: stage, outputDir: "/tmp/out", run: "r1")
        #expect(try names.expand("{scene.path}|{point.lr}|{stage.sigma}|{output_dir}") == "/d/it's|3|5|/tmp/out")
        #expect(
            try names.arguments(of: .shell("run {scene.path} {stage.mode} ${HOME} {{x}} awk '{print $1}'"))
                == ["/bin/bash", "-c", "run '/d/it'\\''s' 'a b' ${HOME} {x} awk '{print $1}'"])
        #expect(throws: Placeholders.Unknown(name: "scene.nam")) { try names.expand("{scene.nam}") }
    }

    @Test func theNearestWordIsSuggestedOnlyWhenNear() {
        #expect(Suggestion.nearest(to: "partiton", in: ["partition", "account"]) == "partition")
        #expect(Suggestion.nearest(to: "sceens", in: ["scenes", "stages"]) == "scenes")
        #expect(Suggestion.nearest(to: "zebra", in: ["scenes", "stages"]) == nil)
    }
}
