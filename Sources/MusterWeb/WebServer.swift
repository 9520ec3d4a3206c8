import Hummingbird
import Logging
public import MusterHistory
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The pages of runs over HTTP, read-only.
public struct WebServer: Sendable {
    /// Where it listens.
    public enum Place: Equatable, Sendable {
        /// An address of this machine and a port; 0 takes any that is free. Whoever has the token may read.
        case port(address: String, port: Int, Token)
        /// A socket in the file system, for its owner alone.
        case socket(path: String)

        public static func == (left: Place, right: Place) -> Bool {
            switch (left, right) {
            case (.port(let a, let b, let c), .port(let d, let e, let f)): a == d && b == e && c.text == f.text
            case (.socket(let a), .socket(let b)): a == b
            default: false
            }
        }
    }

    private let responder: Responder
    private let place: Place

    /// - Parameters:
    ///   - history: What is shown; it is only read.
    ///   - name: What this machine is called, by which browsers elsewhere may name it.
    public init(
        _ history: History, at place: Place, name: String, logs: some LogSource, reports: some ReportSource
    ) throws {
        let pages = Pages(
            history: history, templates: try Templates(), shelf: JobShelf(history), logs: LogDesk(logs),
            reports: reports)
        self.place = place
        var names: Set<String> = []
        var token: Token?
        if case .port(let address, _, let own) = place {
            (names, token) = ([address.lowercased(), name.lowercased()], own)
        }
        responder = Responder(
            entry: Entry(token: token, names: names, cookie: "muster-\(token?.mark ?? "")"), pages: pages,
            live: Live(pages: pages, changes: Changes(pages)))
    }

    /// Serves until the task is cancelled. `onReady` is told the URL, or the socket's path, once it listens.
    public func run(onReady: @escaping @Sendable (String) -> Void) async throws {
        let place = place
        let address: BindAddress
        switch place {
        case .port(let name, let port, _): address = .hostname(name, port: port)
        case .socket(let path): address = .unixDomainSocket(path: path)
        }
        var logger = Logger(label: "muster")
        logger.logLevel = .critical
        // The socket is made for the owner alone from the first moment on.
        var old: mode_t?
        if case .socket(let path) = place {
            try SocketFile.clear(path)
            old = umask(0o177)
        }
        defer { if case .socket(let path) = place { unlink(path) } }
        let mask = old
        let application = Application(
            responder: responder, configuration: ApplicationConfiguration(address: address, serverName: nil),
            onServerRunning: { channel in
                if let mask { umask(mask) }
                switch place {
                case .socket(let path): onReady(path)
                case .port(let name, let port, let token):
                    onReady(Self.url(name, channel.localAddress?.port ?? port, token))
                }
            }, logger: logger)
        // Connections are ended in order, none is torn: pages that are open are told first.
        var services = ServiceGroupConfiguration(services: [application], logger: logger)
        services.maximumGracefulShutdownDuration = .seconds(5)
        let group = ServiceGroup(configuration: services)
        let task = Task { try await group.run() }
        let changes = responder.live.changes
        defer { if let mask { umask(mask) } }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            changes.stop()
            Task { await group.triggerGracefulShutdown() }
        }
        try Task.checkCancellation()
    }

    /// `http://127.0.0.1:8080/?token=...`; the machine's own address where all are listened on.
    static func url(_ address: String, _ port: Int, _ token: Token) -> String {
        let host =
            address == "0.0.0.0" || address == "::" ? "localhost" : address.contains(":") ? "[\(address)]" : address
        return "http://\(host):\(port)/?token=\(Markup.percent(token.text))"
    }
}
