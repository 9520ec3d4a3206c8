import Testing
import ZeroMQ

@Suite("CURVE keys")
struct KeyTests {
    @Test("the example of RFC 26 is read and written")
    func known() throws {
        // Bob's keys of zmq_curve(7).
        let text = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        let pair = try CurveKeyPair(
            secretKey: #require(CurveSecretKey(z85: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs")))
        #expect(
            CurveKey(z85: "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")?.z85 == "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
        )
        #expect(CurveKey(z85: text)?.bytes.count == 32)
        #expect(pair.publicKey.z85 == "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")
    }

    @Test(
        "what is no key is refused",
        arguments: [
            "", "short", String(repeating: "0", count: 39), String(repeating: "0", count: 41),
            String(repeating: "0", count: 39) + "~", String(repeating: "0", count: 39) + "\"",
            String(repeating: "0", count: 39) + " ", String(repeating: "0", count: 38) + "é",
            String(repeating: "0", count: 39) + "\0", "#####" + String(repeating: "0", count: 35),
        ])
    func invalid(_ text: String) {
        #expect(CurveKey(z85: text) == nil)
        #expect(CurveSecretKey(z85: text) == nil)
    }

    @Test("any 32 bytes come back from their text")
    func anyBytes() {
        var generator = SystemRandomNumberGenerator()
        let cases =
            [[UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32)]
            + (0..<100).map { _ in (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        for bytes in cases {
            #expect(CurveKey(bytes: bytes).flatMap { CurveKey(z85: $0.z85) }?.bytes == bytes)
        }
        #expect(CurveKey(bytes: [1, 2]) == nil)
    }

    @Test("generated pairs differ and belong together")
    func generated() throws {
        #expect(Version.hasCurve)
        let (one, two) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        #expect(one.publicKey != two.publicKey)
        #expect(try CurveKeyPair(secretKey: one.secretKey).publicKey == one.publicKey)
    }

    @Test("a secret key shows itself only when asked by name")
    func redacted() throws {
        let pair = try CurveKeyPair.generate()
        let secret = pair.secretKey.z85
        #expect("\(pair.secretKey)" == "CurveSecretKey(redacted)")
        #expect(Mirror(reflecting: pair.secretKey).children.isEmpty)
        var dumped = ""
        dump(pair, to: &dumped)
        for text in ["\(pair.secretKey)", "\(pair)", String(reflecting: pair), dumped] {
            #expect(!text.contains(secret))
        }
    }
}
