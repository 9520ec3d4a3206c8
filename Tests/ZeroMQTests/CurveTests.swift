import Glibc
import Testing
import ZeroMQ

@Suite("CURVE with a ZAP handler", .timeLimit(.minutes(1)))
struct CurveTests {
    @Test("an admitted dealer and a router talk both ways, and messages carry user id and address")
    func roundTrip() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [keys.publicKey: "run-1"])
        let client = try server.dealer(keys, in: Context())
        #expect(try client.send([Array("a".utf8), [], Array("b".utf8)]))
        try server.serve("message") { server.messages.count == 1 }

        let message = try #require(server.messages.first)
        #expect(message.frames.count == 4)
        #expect(message.frames.dropFirst() == [Array("a".utf8), [], Array("b".utf8)])
        #expect(message.userID == "run-1")
        #expect(message.peerAddress == "127.0.0.1")
        #expect(server.requests.map(\.curveKey) == [keys.publicKey])
        #expect(server.requests.map(\.domain) == ["test"])
        #expect(server.requests.map(\.address) == ["127.0.0.1"])

        #expect(try server.reply(to: message, "ok"))
        var answer: Message?
        try server.serve("answer") {
            answer = try client.receive()
            return answer != nil
        }
        #expect(answer?.frames == [Array("ok".utf8)])
        try server.serve("handshake event") { server.events.contains { $0.kind == .handshakeSucceeded } }
        let accepted = try #require(server.events.first { $0.kind == .accepted })
        #expect(accepted.peerAddress?.hasPrefix("127.0.0.1:") == true)
        #expect(accepted.endpoint == server.endpoint)
    }

    @Test("a client with another key is refused, the monitor says so, and nothing of it arrives")
    func strangersKey() throws {
        let (known, stranger) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let server = try Server(admitting: [known.publicKey: "run-1"])
        let bad = try server.dealer(stranger, in: Context())
        #expect(try bad.send([Array("bad".utf8)]))
        try server.serve("refusal") {
            server.events.contains { $0.kind == .handshakeFailedAuthentication(status: 400) }
        }
        #expect(server.requests.map(\.curveKey) == [stranger.publicKey])
        try expectService(server, known)
        #expect(server.messages.allSatisfy { $0.userID == "run-1" })
    }

    @Test("a client that was refused for now gets in later by itself")
    func refusedForNow() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [:], handshakeInterval: .milliseconds(200))
        server.refusal = .later(reason: "not yet")
        let client = try server.dealer(keys, in: Context())
        #expect(try client.send([Array("patient".utf8)]))
        try server.serve("two refusals") { server.requests.count >= 2 }
        #expect(server.messages.isEmpty)
        server.admitted[keys.publicKey] = "run-1"
        try server.serve("message") { server.texts(from: "run-1") == ["patient"] }
    }

    @Test("a client that was refused for good must connect again to get in")
    func refusedForGood() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [:])
        let client = try server.dealer(keys, in: Context())
        var monitor = try client.monitor()
        #expect(try client.send([Array("stubborn".utf8)]))
        var seen: [MonitorEvent.Kind] = []
        try server.serve("refusal at the client") {
            while let event = try monitor.next() { seen.append(event.kind) }
            return seen.contains(.disconnected)
        }
        #expect(seen.contains(.handshakeFailedAuthentication(status: 400)))

        // Ten times the pause between two tries.
        server.admitted[keys.publicKey] = "run-1"
        let end = ContinuousClock.now + .milliseconds(300)
        try server.serve("end of the wait") { ContinuousClock.now > end }
        #expect(server.requests.count == 1)

        try client.disconnect(server.endpoint)
        try client.connect(server.endpoint)
        #expect(try client.send([Array("again".utf8)]))
        try server.serve("message") { server.texts(from: "run-1") == ["again"] }
    }

    @Test("a client that expects another server key is refused before it is asked about")
    func wrongServerKey() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [keys.publicKey: "run-1"])
        let client = try server.dealer(keys, server: try CurveKeyPair.generate().publicKey, in: Context())
        #expect(try client.send([Array("bad".utf8)]))
        try server.serve("refusal") { server.events.contains { $0.kind == .handshakeFailedProtocol(.cryptographic) } }
        #expect(server.requests.isEmpty)
        try expectService(server, keys)
    }

    @Test("a client without CURVE is refused")
    func plainClient() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [keys.publicKey: "run-1"])
        let plain = try Socket(Context(), .dealer)
        try plain.connect(server.endpoint)
        #expect(try plain.send([Array("plain".utf8)]))
        // Both sides see the mismatch; whoever is first hangs up, and the other sees either.
        try server.serve("refusal") {
            server.events.contains {
                $0.kind == .handshakeFailedProtocol(.mechanismMismatch) || $0.kind == .handshakeFailed(errno: EPIPE)
                    || $0.kind == .handshakeFailed(errno: ECONNRESET)
            }
        }
        try server.serve("disconnection") { server.events.contains { $0.kind == .disconnected } }
        #expect(server.messages.isEmpty)
        #expect(server.requests.isEmpty)
        try expectService(server, keys)
    }

    @Test("bytes that are no ZMTP disturb nobody")
    func garbage() throws {
        let keys = try CurveKeyPair.generate()
        let server = try Server(admitting: [keys.publicKey: "run-1"])
        let good = try server.dealer(keys, in: Context())
        #expect(try good.send([Array("before".utf8)]))
        try server.serve("first message") { server.texts(from: "run-1") == ["before"] }

        for bytes in [Array("GET / HTTP/1.0\r\n\r\n".utf8), [UInt8](repeating: 0xff, count: 100_000), []] {
            let failures = server.events.count { $0.kind == .disconnected }
            let connection = try TCPConnection(to: server.endpoint)
            let name = "127.0.0.1:\(try connection.localPort())"
            try server.serve("connection") {
                server.events.contains { $0.kind == .accepted && $0.peerAddress == name }
            }
            connection.write(bytes)
            connection.endWriting()
            try server.serve("end of garbage") { server.events.count { $0.kind == .disconnected } > failures }
            #expect(server.events.contains { $0.kind == .disconnected && $0.peerAddress == name })
        }
        #expect(try good.send([Array("after".utf8)]))
        try server.serve("second message") { server.texts(from: "run-1") == ["before", "after"] }
        #expect(server.messages.count == 2)
    }

    @Test("an admitted peer's 100 MB message ends its connection, while another goes on")
    func tooLarge() throws {
        let (large, small) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let server = try Server(admitting: [large.publicKey: "large", small.publicKey: "small"])
        let other = try server.dealer(small, in: Context())
        #expect(try other.send([Array("1".utf8)]))
        try server.serve("small message") { server.texts(from: "small") == ["1"] }
        #expect(!server.events.contains { $0.kind == .disconnected })

        let flood = try server.dealer(large, in: Context())
        #expect(try flood.send([[UInt8](repeating: 7, count: 100_000_000)]))
        try server.serve("disconnection") { server.events.contains { $0.kind == .disconnected } }
        #expect(try other.send([Array("2".utf8)]))
        try server.serve("second small message") { server.texts(from: "small") == ["1", "2"] }
        #expect(server.texts(from: "large").isEmpty)

        // The same peer is let in again and may send what fits.
        #expect(try flood.send([Array("sorry".utf8)]))
        try server.serve("message after the flood") { server.texts(from: "large") == ["sorry"] }
    }

    @Test("a client finds a server again that was restarted with the same key and port")
    func restart() throws {
        let keys = try CurveKeyPair.generate()
        var server: Server? = try Server(admitting: [keys.publicKey: "run-1"])
        let (serverKeys, endpoint) = (try #require(server).keys, try #require(server).endpoint)
        let client = try #require(server).dealer(keys, in: Context())
        #expect(try client.send([Array("first".utf8)]))
        try server?.serve("first message") { server?.texts(from: "run-1") == ["first"] }

        server = nil
        let second = try Server(admitting: [keys.publicKey: "run-1"], keys: serverKeys, endpoint: endpoint)
        #expect(second.endpoint == endpoint)
        // What is sent into the dying connection may be lost; so a client repeats until it is answered.
        var sent = 0
        try second.serve("message after the restart") {
            if try client.send([Array("again".utf8)]) { sent += 1 }
            return !second.texts(from: "run-1").isEmpty
        }
        #expect(sent >= 1)
    }

    private func expectService(_ server: Server, _ keys: CurveKeyPair) throws {
        let good = try server.dealer(keys, in: Context())
        #expect(try good.send([Array("good".utf8)]))
        try server.serve("message of the admitted client") { server.texts(from: "run-1") == ["good"] }
        #expect(server.messages.count == 1)
    }
}
