import MusterCore
import MusterProducts
import Testing

@Suite struct CacheKeyTests {
    private func key(
        step: String = "s", code: String = "1", _ parameters: String = #"{"x":1,"y":{"b":2,"a":[1,2]}}"#,
        requires: [String: CacheKey] = [:]
    ) throws -> CacheKey {
        CacheKey(
            step: step, code: code, parameters: try #require(JSON(parsing: parameters).members), requires: requires)
    }

    @Test func orderAndSpellingDoNotCount() throws {
        #expect(try key() == key(#"{"y":{"a":[1.0,2e0],"b":2},"x":1.0}"#))
        #expect(try key(#"{"x":0}"#) == key(#"{"x":-0.0}"#))
    }

    @Test func everythingElseCounts() throws {
        let other = try key(step: "other")
        let keys = try [
            key(), other, key(code: "2"), key(#"{"x":2}"#), key(#"{"x":"1"}"#), key(#"{"x":true}"#),
            key(#"{"x":null}"#), key(#"{"z":1}"#), key(#"{"x":1,"y":{"b":2,"a":[2,1]}}"#), key(requires: ["p": other]),
            key(requires: ["q": other]), key(requires: ["p": key()]),
        ]
        #expect(Set(keys).count == keys.count)
    }

    /// Keys are written into manifests: this one must stay the same for ever.
    @Test func aKeyStaysWhatItWas() throws {
        let payload = #"{"code":"1","parameters":{"x":1},"requires":{},"step":"s"}"#
        #expect(try key(#"{"x":1.0}"#).text == SHA256.hex(Array(payload.utf8)).prefix(32))
        #expect(try key(#"{"x":1.0}"#).text == "72c8dfcebaabaf9cf2b4e0203478527b")
    }

    @Test func whatIsNoKeyIsRefused() throws {
        #expect(try CacheKey(key().text) == key())
        for text in ["", "abc", String(repeating: "A", count: 32), String(repeating: "g", count: 32)] {
            #expect(CacheKey(text) == nil)
        }
    }
}
