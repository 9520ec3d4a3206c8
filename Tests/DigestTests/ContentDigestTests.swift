import Foundation
import Testing

@testable import Digest

@Suite struct ContentDigestTests {
    /// Examples of FIPS 180-4 and one of many blocks, with and without the CPU's instructions.
    @Test(arguments: [true, false]) func knownDigests(isFast: Bool) {
        func hex(_ bytes: [UInt8]) -> String {
            var digest = ContentDigest(isFast: isFast)
            digest.update(bytes)
            return digest.finishHex()
        }
        #expect(hex([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hex(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hex([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func partsOfAnySizeGiveTheSame() {
        var state: UInt32 = 7
        func random() -> UInt32 {
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 8
        }
        for length in [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 4097] {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random()) }
            var whole = ContentDigest(isFast: false)
            whole.update(bytes)
            var parts = ContentDigest()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int(random() % 150))
                parts.update(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(whole.finish() == parts.finish(), "\(length) bytes")
        }
    }

    @Test func filesAreReadWholeOrInPart() throws {
        let path = FileManager.default.temporaryDirectory.path + "/digest-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try Data(bytes).write(to: URL(filePath: path))
        func hex(_ bytes: some Sequence<UInt8>) -> String {
            var digest = ContentDigest()
            digest.update(bytes)
            return digest.finishHex()
        }
        #expect(FileDigest(path: path)?.sha256 == hex(bytes))
        #expect(FileDigest(path: path)?.mark.size == 3_000_000)
        #expect(FileDigest(path: path, from: 1_000_001, limit: 1_500_000)?.sha256 == hex(bytes[1_000_001..<2_500_001]))
        #expect(FileDigest(path: path, from: 2_999_999)?.sha256 == hex(bytes.suffix(1)))
        #expect(FileDigest(path: path + ".none") == nil)
        #expect(FileDigest(path: "/tmp") == nil)
    }
}
