import CSSH
import Glibc

/// A connection to one host, logged in, carrying any number of channels.
///
/// Bound to one owner: neither the session nor its channels are `Sendable`, and no two threads may use them at once.
/// An actor on a thread of its own is the intended owner. Every call that waits has a time limit.
///
/// It is a class because each channel must keep its session alive. The connection ends when the last reference to
/// the session and its channels is gone; hops on the way end with it.
public final class Session {
    /// The host as the user named it.
    public var host: String { settings.alias }
    /// What the configuration came to for this host.
    public let settings: HostSettings

    /// The key by which the host has proved itself.
    public private(set) var hostKey: PublicKey?
    /// What the server let us in for: a key's file, a key of the agent, or nothing at all.
    public private(set) var identity = ""
    /// Whether a person answered the server's questions for it, here or at a host on the way.
    public internal(set) var isAnswered = false

    let handle: SessionHandle
    private let liveness: Liveness
    /// Handles traffic while no channel does.
    private let event: ssh_event
    private var receivedAtWait: UInt64 = 0
    /// The hop below, where there is one.
    private let hop: Pump?
    /// Time for one request and its answer.
    let patience: Duration

    /// Takes a descriptor that is connected to the host's ssh server, and logs in over it.
    init(
        to settings: HostSettings, over descriptor: consuming Descriptor, through hop: Pump?, options: ConnectOptions
    ) throws(SSHError) {
        self.settings = settings
        self.hop = hop
        patience = settings.connectTimeout ?? options.timeout
        liveness = Liveness(
            interval: settings.serverAliveInterval ?? options.serverAliveInterval,
            countMax: settings.serverAliveCountMax)
        guard let handle = SessionHandle(), let event = ssh_event_new() else {
            throw SSHError(.channelFailed, "connect to", host: settings.alias, text: "no memory for a session")
        }
        self.handle = handle
        self.event = event
        try handshake(over: descriptor, options: options)
        liveness.watch(self.handle)
        var login = Authentication(of: self, options: options)
        try login.run()
        identity = login.accepted
        isAnswered = login.isAnswered
        ssh_event_add_session(event, self.handle.raw)
    }

    deinit {
        ssh_event_free(event)
        // What the thread of a hop below waits for. Freeing the session closes the descriptor, but ssh_disconnect,
        // told of a descriptor from outside, would only forget it.
        shutdown(ssh_get_fd(handle.raw), Descriptor.bothDirections)
    }

    private func handshake(over descriptor: borrowing Descriptor, options: ConnectOptions) throws(SSHError) {
        let record = try HostKeyCheck(settings: settings, options: options)
        let ciphers = settings.ciphers ?? Session.fastCiphers
        guard handle.set(SSH_OPTIONS_PROCESS_CONFIG, CInt(0)), handle.set(SSH_OPTIONS_HOST, settings.hostName),
            handle.set(SSH_OPTIONS_USER, settings.user), handle.set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null"),
            handle.set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"),
            handle.set(SSH_OPTIONS_HOSTKEYS, record.algorithms.joined(separator: ",")),
            handle.set(SSH_OPTIONS_GSSAPI_DELEGATE_CREDENTIALS, CInt(settings.delegatesTicket ? 1 : 0)),
            handle.set(SSH_OPTIONS_CIPHERS_C_S, ciphers), handle.set(SSH_OPTIONS_CIPHERS_S_C, ciphers)
        else { throw failure("choose the options for", .configInvalid, hint: "check Ciphers in ~/.ssh/config") }
        // libssh closes the copy once it has begun to connect, so that follows at once.
        guard handle.set(SSH_OPTIONS_FD, fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)) else {
            throw failure("hand over the connection to", .unreachable)
        }
        try perform("greet", onError: .unreachable) { ssh_connect($0) }
        hostKey = try record.check(handle)
    }

    /// AES with GCM runs in hardware on both sides and takes half the time of the usual first choice.
    private static let fastCiphers =
        "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr"

    /// Waits until the server sends something or the time is over, and handles what came.
    ///
    /// For a loop that looks at all its channels and then waits: a wait returns at once if anything was received since
    /// the wait before, because looking at one channel may have brought data of another. To be called now and then
    /// on an idle session too: it asks for signs of life and throws `disconnected` when there are none.
    public func wait(upTo duration: Duration) throws(SSHError) {
        if received == receivedAtWait { try wait(until: .after(duration)) }
        receivedAtWait = received
        try handleTraffic()
    }

    /// Handles what has come without looking at any channel.
    func handleTraffic() throws(SSHError) {
        let code = ssh_event_dopoll(event, 0)
        guard code != SSH_ERROR, isConnected else { throw failure("stay connected to", .disconnected) }
    }

    /// Bytes received from the server so far.
    var received: UInt64 { liveness.received }

    /// Whether the connection stands, as far as is known.
    public var isConnected: Bool { ssh_is_connected(handle.raw) == 1 }

    /// The cipher that was agreed on, as the configuration writes it.
    public var cipher: String { ssh_get_cipher_out(handle.raw).map { String(cString: $0) } ?? "" }

    /// Repeats a libssh call that says "again" until it is done; returns its result.
    @discardableResult
    func perform(
        _ operation: String, onError kind: SSHError.Kind, again: Int32 = SSH_AGAIN, error: Int32 = SSH_ERROR,
        _ call: (ssh_session) -> Int32
    ) throws(SSHError) -> Int32 {
        let deadline = Deadline.after(patience)
        while true {
            let code = call(handle.raw)
            if code == error || (code == again && ssh_get_status(handle.raw) & SSH_CLOSED_ERROR != 0) {
                throw failure(operation, kind)
            }
            if code != again { return code }
            guard !deadline.hasPassed else {
                throw SSHError(
                    .timedOut, operation, host: host, text: "no answer within \(patience)",
                    hint: "check the network; ConnectTimeout in ~/.ssh/config sets the limit")
            }
            try wait(until: deadline)
        }
    }

    /// Waits for the connection's descriptor and perhaps one more; handles no traffic itself.
    ///
    /// `extra` comes back with what happened there.
    func wait(until deadline: Deadline, and extra: inout pollfd) throws(SSHError) {
        let number = ssh_get_fd(handle.raw)
        guard number >= 0 else { throw failure("stay connected to", .disconnected) }
        let writes = ssh_get_poll_flags(handle.raw) & SSH_WRITE_PENDING != 0
        var polled = [pollfd(fd: number, events: Int16(POLLIN | (writes ? POLLOUT : 0)), revents: 0), extra]
        try liveness.check(handle, host: host)
        let result = poll(&polled, 2, deadline.earlier(liveness.nextCheck).pollTimeout)
        if result < 0, errno != EINTR { throw failure("wait for", .disconnected) }
        extra = polled[1]
    }

    func wait(until deadline: Deadline) throws(SSHError) {
        var nothing = pollfd(fd: -1, events: 0, revents: 0)
        try wait(until: deadline, and: &nothing)
    }

    /// What libssh says about the call before; a lost connection is called that whatever the caller expected.
    func failure(_ operation: String, _ kind: SSHError.Kind, hint: String? = nil) -> SSHError {
        let isLost = kind == .channelFailed && !isConnected
        var text = handle.errorText
        if text.isEmpty { text = isLost ? "the connection is closed" : "no reason given" }
        if let cause = hop?.failure { text += "; on the way: \(cause)" }
        return SSHError(
            isLost ? .disconnected : kind, operation, host: host, code: handle.errorCode, text: text, hint: hint)
    }
}
