internal import CZMQ

/// What a socket or descriptor is waited for, or ready for.
public struct PollEvents: OptionSet, Sendable {
    /// The `ZMQ_POLL...` bits.
    public let rawValue: Int16

    /// From `ZMQ_POLL...` bits.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// A message can be received; bytes, an end or a connection can be read.
    public static let readable = PollEvents(rawValue: Int16(ZMQ_POLLIN))
    /// A message can be queued; bytes can be written.
    public static let writable = PollEvents(rawValue: Int16(ZMQ_POLLOUT))
    /// A plain descriptor failed or was hung up; reported unasked only by plain descriptors.
    public static let failed = PollEvents(rawValue: Int16(ZMQ_POLLERR))
}

/// A list of sockets and plain descriptors to sleep on together (zmq_poll(3)).
///
/// Level triggered for both kinds: what was not dealt with is reported again by the next wait. Belongs to the thread
/// of its sockets. A socket that was closed since makes the next wait fail with `ENOTSOCK`.
public struct PollSet {
    /// The place of an entry, as `add` gave it; meaningless after ``removeAll()``.
    public struct Index: Sendable, Hashable {
        fileprivate let position: Int
    }

    private var items: [zmq_pollitem_t] = []
    private var handles: [SocketHandle?] = []

    /// An empty list.
    public init() {}

    /// Adds a socket.
    @discardableResult
    public mutating func add(_ socket: borrowing Socket, for interest: PollEvents) -> Index {
        append(zmq_pollitem_t(socket: nil, fd: -1, events: interest.rawValue, revents: 0), socket.handle)
    }

    /// Adds a monitor; readable when it has an event.
    @discardableResult
    public mutating func add(_ monitor: borrowing SocketMonitor) -> Index {
        append(zmq_pollitem_t(socket: nil, fd: -1, events: PollEvents.readable.rawValue, revents: 0), monitor.handle)
    }

    /// Adds a ZAP handler; readable when a peer waits to be let in.
    @discardableResult
    public mutating func add(_ handler: borrowing ZAPHandler) -> Index {
        add(handler.socket, for: .readable)
    }

    /// Adds a plain descriptor, which stays the caller's and must be open during every wait.
    @discardableResult
    public mutating func add(descriptor: Int32, for interest: PollEvents) -> Index {
        append(zmq_pollitem_t(socket: nil, fd: descriptor, events: interest.rawValue, revents: 0), nil)
    }

    /// Changes what an entry is waited for; an empty set rests it.
    public mutating func setInterest(_ interest: PollEvents, at index: Index) {
        items[index.position].events = interest.rawValue
    }

    /// Forgets every entry, so that the list can be made anew.
    public mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        handles.removeAll(keepingCapacity: true)
    }

    /// What the last wait found ready at `index`.
    public subscript(_ index: Index) -> PollEvents {
        PollEvents(rawValue: items[index.position].revents)
    }

    /// Sleeps until an entry is ready or the time is over, and answers how many are ready.
    ///
    /// A signal handler that ran ends the sleep with 0 ready. `timeout` nil sleeps without end.
    @discardableResult
    public mutating func wait(timeout: Duration?) throws(ZeroMQError) -> Int {
        for (position, handle) in handles.enumerated() {
            items[position].revents = 0
            if let handle { items[position].socket = try handle.open("zmq_poll") }
        }
        let ready = zmq_poll(&items, Int32(items.count), timeout.map { Int($0.wholeMilliseconds) } ?? -1)
        guard ready < 0 else { return Int(ready) }
        let code = zmq_errno()
        guard code == EINTR else { throw .make("zmq_poll", code: code) }
        return 0
    }

    private mutating func append(_ item: zmq_pollitem_t, _ handle: SocketHandle?) -> Index {
        items.append(item)
        handles.append(handle)
        return Index(position: items.count - 1)
    }
}

@available(*, unavailable)
extension PollSet: Sendable {}
