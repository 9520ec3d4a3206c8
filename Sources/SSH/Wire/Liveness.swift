import CSSH

/// Notices a server that fell silent (`ServerAliveInterval` and `ServerAliveCountMax`).
///
/// Judged by bytes received: libssh does not tell whether a question of ours was answered.
final class Liveness {
    private let interval: Duration?
    private let countMax: Int
    /// The bytes of the connection's socket; libssh counts here as long as the session lives.
    private let socket: UnsafeMutablePointer<ssh_counter_struct>
    private var isWatching = false
    private var bytes: UInt64 = 0
    private var lastHeard = ContinuousClock.now
    private var lastAsked = ContinuousClock.now

    init(interval: Duration?, countMax: Int) {
        self.interval = interval
        self.countMax = countMax
        socket = .allocate(capacity: 1)
        socket.initialize(to: ssh_counter_struct())
    }

    deinit { socket.deallocate() }

    /// Bytes received since the handshake.
    var received: UInt64 { socket.pointee.in_bytes }

    func watch(_ handle: borrowing SessionHandle) {
        ssh_set_counters(handle.raw, socket, nil)
        isWatching = true
        lastHeard = .now
    }

    /// When `check` must be called next.
    var nextCheck: Deadline {
        guard isWatching, let interval else { return .never }
        return .after(max(.zero, max(lastHeard, lastAsked) + interval - .now))
    }

    /// Asks for a sign of life if it is time to, and throws `disconnected` if too many questions stayed unanswered.
    func check(_ handle: borrowing SessionHandle, host: String) throws(SSHError) {
        guard isWatching, let interval else { return }
        let now = ContinuousClock.now
        if received != bytes {
            bytes = received
            lastHeard = now
        }
        guard now - lastHeard < interval * (countMax + 1) else {
            throw SSHError(
                .disconnected, "reach", host: host, text: "no sign of life for \(now - lastHeard)",
                hint: "check the network; ServerAliveInterval in ~/.ssh/config sets the limit")
        }
        guard now - max(lastHeard, lastAsked) >= interval else { return }
        lastAsked = now
        // The first call may only collect the answer to an earlier question; the second then asks.
        ssh_send_keepalive(handle.raw)
        ssh_send_keepalive(handle.raw)
    }
}
