import Foundation
public import MusterCore

/// The client's end of a relay: a program on the login node that listens for agents, or follows one that does, for as
/// long as this end lives.
///
/// What breaks is begun again with growing pauses. No fact depends on it: what was told meanwhile stands in the outboxes.
public actor RelayLine {
    /// What came since the last call.
    public struct News: Sendable {
        /// What agents said, in the order in which the relay heard it.
        public var events: [Event] = []
        /// Words for people.
        public var notes: [String] = []
        /// The program has just said where it begins: what stands in the outboxes by now is all that it leaves out.
        public var hasBegun = false
    }

    /// Pauses between two tries, and between two signs of life, in seconds.
    private static let shortest = 2.0, longest = 300.0, breath = 10.0

    private let host: any StreamHost
    private let script: String
    private var stream: HostStream?
    private var rest: [UInt8] = []
    private var pause = shortest
    private var next = Date.distantPast, lastBreath = Date.distantPast
    /// Whether a relay listens, as far as is known.
    public private(set) var isServed = false

    /// - Parameter script: Starts the program, whose input and output are the script's.
    public init(host: any StreamHost, script: String) {
        self.host = host
        self.script = script
    }

    /// Takes what has come, and starts the program where none runs.
    public func take() async throws(HostError) -> News {
        do throws(HostError) {
            return try await takeOrThrow()
        } catch {
            lose()
            // A connection that broke is the caller's to wait for; what is wrong with the program alone is tried again.
            if error.kind == .unreachable || error.kind == .timedOut { throw error }
            return News(notes: ["\(error)"])
        }
    }

    /// Ends the program.
    public func close() async {
        if let stream { await host.close(stream) }
        stream = nil
    }

    private func takeOrThrow() async throws(HostError) -> News {
        let now = Date()
        guard let stream else {
            if now >= next { stream = try await host.open(script) }
            return News()
        }
        let breathes = now.timeIntervalSince(lastBreath) >= Self.breath
        if breathes { lastBreath = now }
        let said = try await host.look(at: stream, input: breathes ? [UInt8(ascii: "\n")] : [])
        var news = News()
        news.notes = String(decoding: said.errors, as: UTF8.self).split(separator: "\n").map(String.init)
        read(said.output, &news)
        if said.isOver { lose() }
        return news
    }

    private func read(_ bytes: [UInt8], _ news: inout News) {
        rest += bytes
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
        let lines = rest[..<end].split(separator: UInt8(ascii: "\n"))
        rest.removeSubrange(...end)
        for line in lines {
            // A line that can't be read stands in an outbox too.
            guard let json = try? JSON(parsing: line) else { continue }
            if let word = RelayWord(json: json) {
                news.hasBegun = news.hasBegun || word.isServed
                isServed = word.isServed
                if isServed {
                    pause = Self.shortest
                } else {
                    lose()
                    news.notes.append(
                        "no relay listens on \(host.name); it is started again, and outboxes are read meanwhile ('relay/log' in the folder of runs may say why)"
                    )
                }
            } else if let event = try? Event(json: json) {
                news.events.append(event)
            }
        }
    }

    private func lose() {
        if let stream { Task { [host] in await host.close(stream) } }
        (stream, rest, isServed) = (nil, [], false)
        next = Date() + pause
        pause = min(pause * 2, Self.longest)
    }
}

extension RelayLine {
    /// The script for a way home that needs a relay.
    ///
    /// One that is left running is started first, where none runs; the program that the client reads from then only follows
    /// it, and gives up where there is none, so that the next try starts one.
    public static func script(_ way: ClusterSpec.Way, cluster: ClusterSpec, paths: RunPaths, agent: String) -> String {
        let agent = ShellWord.quote(agent)
        let relay = "\(agent) relay --run-folder \(ShellWord.quote(paths.folder))"
        var listens = "\(relay) --address \(ShellWord.quote(cluster.relayInterface ?? ""))"
        if let port = cluster.collectorPort { listens += " --port \(port)" }
        guard way == .detached, let place = RelayPaths(run: paths.folder) else { return "exec \(listens)" }
        return """
            umask 077; mkdir -p -- \(ShellWord.quote(place.folder))
            setsid \(listens) --detached --idle \(cluster.relayIdle.seconds) </dev/null >/dev/null 2>>\(ShellWord.quote(place.log)) &
            exec \(relay) --starts
            """
    }
}
