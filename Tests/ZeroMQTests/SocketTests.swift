import Glibc
import Testing
import ZeroMQ

@Suite("Sockets", .timeLimit(.minutes(1)))
struct SocketTests {
    @Test("a port of * gets a number, and taking it twice is an error that says so")
    func ephemeralPort() throws {
        let context = try Context()
        let first = try Socket(context, .router)
        let second = try Socket(context, .router)
        let endpoint = try first.bind("tcp://127.0.0.1:*")
        #expect(Int(endpoint.dropFirst("tcp://127.0.0.1:".count)) ?? 0 > 0)
        let error = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(error?.isAddressInUse == true)
        #expect(error?.description == "zmq_bind(\(endpoint)): Address already in use (98)")
        try first.unbind(endpoint)
    }

    @Test("receiving from an empty queue and sending to nobody answer at once")
    func nothing() throws {
        let context = try Context()
        let dealer = try Socket(context, .dealer, options: [.immediate(true)])
        try dealer.connect("tcp://127.0.0.1:1")
        #expect(try dealer.receive() == nil)
        #expect(try !dealer.send([[1]]))
        #expect(try dealer.events == [])
        try dealer.disconnect("tcp://127.0.0.1:1")
    }

    @Test("a router names a peer that it does not know")
    func unknownPeer() throws {
        let router = try Socket(Context(), .router, options: [.routerMandatory(true)])
        let error = #expect(throws: ZeroMQError.self) { try router.send([[1, 2, 3], [4]]) }
        #expect(error?.isUnknownPeer == true)
    }

    @Test("a full queue refuses whole messages only")
    func fullQueue() throws {
        let context = try Context()
        let receiver = try Socket(context, .dealer, options: [.receiveHighWaterMark(3)])
        let sender = try Socket(context, .dealer, options: [.sendHighWaterMark(3)])
        try receiver.bind("inproc://full")
        try sender.connect("inproc://full")
        var sent = 0
        while try sender.send([[UInt8(sent)], [1], [2]]) { sent += 1 }
        #expect(sent == 6)
        for number in 0..<sent { #expect(try receiver.receive()?.frames == [[UInt8(number)], [1], [2]]) }
        #expect(try receiver.receive() == nil)
    }

    @Test("frames beyond the limit are counted and dropped, and the next message is whole")
    func manyFrames() throws {
        let context = try Context()
        let one = try Socket(context, .pair)
        let two = try Socket(context, .pair)
        try one.bind("inproc://frames")
        try two.connect("inproc://frames")
        #expect(try one.send([[UInt8]](repeating: [9], count: 10_000)))
        #expect(try [UInt8]([1, 2]).withUnsafeBytes { try one.send([[0]], last: $0) })
        #expect(try two.receive(maximumFrames: 4) == Message(frames: [[9], [9], [9], [9]], droppedFrames: 9996))
        #expect(try two.receive() == Message(frames: [[0], [1, 2]]))
        #expect(try one.send([[5]]))
        #expect(try two.receive(maximumFrames: 0) == Message(frames: [], droppedFrames: 1))
    }

    @Test("a poll set reports sockets and plain descriptors, again and again until they are served")
    func poll() throws {
        let context = try Context()
        let one = try Socket(context, .pair)
        let two = try Socket(context, .pair)
        try one.bind("inproc://poll")
        try two.connect("inproc://poll")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { _ = close($0) } }

        var set = PollSet()
        let (socket, descriptor) = (set.add(two, for: .readable), set.add(descriptor: ends[0], for: .readable))
        #expect(try set.wait(timeout: .zero) == 0)
        #expect(try one.send([[1]]))
        for _ in 0..<2 {
            #expect(try set.wait(timeout: .seconds(10)) == 1)
            #expect(set[socket] == .readable)
            #expect(set[descriptor] == [])
        }
        #expect(try two.receive()?.frames == [[1]])
        #expect(write(ends[1], "x", 1) == 1)
        #expect(try set.wait(timeout: nil) == 1)
        #expect(set[descriptor] == .readable)
        #expect(set[socket] == [])
        set.setInterest([], at: descriptor)
        #expect(try set.wait(timeout: .zero) == 0)
    }

    @Test("a closed socket in a poll set is an error")
    func closedInPollSet() throws {
        var set = PollSet()
        func addAndClose() throws {
            let socket = try Socket(Context(), .dealer)
            set.add(socket, for: .readable)
        }
        try addAndClose()
        let error = #expect(throws: ZeroMQError.self) { try set.wait(timeout: .zero) }
        #expect(error?.code == ENOTSOCK)
        set.removeAll()
        #expect(try set.wait(timeout: .zero) == 0)
    }

    @Test("a descriptor wakes a plain poll, and events tell what for")
    func fileDescriptor() throws {
        let context = try Context()
        let one = try Socket(context, .pair)
        let two = try Socket(context, .pair)
        try one.bind("inproc://descriptor")
        try two.connect("inproc://descriptor")
        #expect(try !two.events.contains(.readable))
        #expect(try one.send([[1]]))
        var item = pollfd(fd: try two.fileDescriptor, events: Int16(POLLIN), revents: 0)
        #expect(Glibc.poll(&item, 1, 10_000) == 1)
        #expect(try two.events.contains(.readable))
        #expect(try two.receive()?.frames == [[1]])
        #expect(try !two.events.contains(.readable))
    }

    @Test("a monitor that goes before its socket, unread, stops nobody")
    func monitorGoesFirst() throws {
        let context = try Context()
        let router = try Socket(context, .router)
        func monitored() throws -> String {
            let monitor = try router.monitor()
            let endpoint = try router.bind("tcp://127.0.0.1:*")
            _ = monitor.self
            return endpoint
        }
        let endpoint = try monitored()
        let dealer = try Socket(context, .dealer)
        try dealer.connect(endpoint)
        #expect(try dealer.send([[1]]))
        var set = PollSet()
        set.add(router, for: .readable)
        #expect(try set.wait(timeout: .seconds(10)) == 1)
        #expect(try router.receive()?.frames.last == [1])
    }

    @Test("one context has one ZAP handler")
    func twoHandlers() throws {
        let context = try Context()
        let handler = try ZAPHandler(context)
        let error = #expect(throws: ZeroMQError.self) { _ = try ZAPHandler(context) }
        #expect(error?.isAddressInUse == true)
        #expect(try handler.handlePending { _ in .refuse(reason: "") } == 0)
    }

    @Test("an option out of range names itself")
    func badOption() throws {
        let error = #expect(throws: ZeroMQError.self) {
            _ = try Socket(Context(), .dealer, options: [.sendHighWaterMark(-5)])
        }
        #expect(error?.description == "zmq_setsockopt(ZMQ_SNDHWM): Invalid argument (22)")
    }

    @Test("short times are rounded up, never to nothing")
    func times() throws {
        let dealer = try Socket(
            Context(), .dealer,
            options: [
                .heartbeatInterval(.microseconds(1)), .heartbeatTimeout(.seconds(5)), .heartbeatTimeToLive(.seconds(6)),
                .connectTimeout(.seconds(1)), .linger(nil), .linger(.zero), .backlog(10), .ipv6(true),
                .maximumMessageSize(nil), .reconnectInterval(.seconds(1)),
            ])
        var set = PollSet()
        set.add(dealer, for: .readable)
        let start = ContinuousClock.now
        #expect(try set.wait(timeout: .microseconds(1)) == 0)
        #expect(ContinuousClock.now - start >= .milliseconds(1))
        #expect(Version.linked >= Version.linked)
        #expect(Version.linked.major == 4)
    }
}
