import ArgumentParser
import Foundation
import MusterCluster
import MusterConfig
import MusterCore

struct ConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Log in to a cluster once, and keep the session for later commands.",
        discussion: """
            For sites that ask for a password or a code. The session is held by a process of its own behind a socket that \
            only you can use, until 'muster disconnect', its time, or the server ends it. Without a cluster: what is held.
            """)
    @Argument(help: "A cluster file's name or path.") var cluster: String?
    @Option(name: .customLong("for"), help: "How long to keep it: 30m, 8h.") var span = "8h"
    @Flag(help: "Hold it in this process, in the foreground.") var foreground = false

    func run() async throws {
        guard let cluster else {
            let names = HeldSessions.all.map(\.name)
            return Terminal.print(names.isEmpty ? "no session is held" : names.joined(separator: "\n"))
        }
        guard let time = WallTime(parsing: span), time.seconds > 0 else {
            throw ExitStatus.usage("--for '\(span)' is no time such as 30m or 8h")
        }
        let spec = try LoadedConfig.readCluster(cluster, project: FileManager.default.currentDirectoryPath).0
        guard let alias = spec.host else {
            throw ExitStatus.usage("the cluster '\(spec.name)' is this machine: it has no 'host'")
        }
        if HeldSessions.host(alias, spec) != nil {
            return Terminal.complain("a session with '\(alias)' is held already")
        }
        guard foreground else { return try Self.hold(cluster, span: span) }
        let host = Site.sshHost(alias, spec)
        _ = try await host.run("true")
        try FileManager.default.createDirectory(
            atPath: HeldSessions.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let holder: SessionHolder
        do {
            holder = try SessionHolder(host, at: HeldSessions.path(alias, spec))
        } catch let failure as SessionHolder.Failure {
            throw ExitStatus(code: 1, text: "error: \(failure)")
        }
        Terminal.complain("holding a session with '\(host.name)' for \(time); to end it: muster disconnect \(cluster)")
        Self.leaveTerminal()
        holder.serve(for: Double(time.seconds))
    }

    /// Starts the process that asks at this terminal and then stays behind.
    private static func hold(_ cluster: String, span: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ExitStatus(code: 1, text: "error: no pipe: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = [Places.executable, "connect", cluster, "--for", span, "--foreground"]
        let arguments = words.map { strdup($0) } + [nil]
        let environment =
            ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") }
            + [strdup("\(Self.readiness)=\(ends[1])"), nil]
        defer { for text in arguments + environment { free(text) } }
        // Whoever started this may wait until its descriptors are closed; the process that stays behind must not hold them.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO && descriptor != ends[1] {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var child = pid_t()
        let code = posix_spawn(&child, Places.executable, &actions, &attributes, arguments, environment)
        close(ends[1])
        guard code == 0 else {
            throw ExitStatus(code: 1, text: "error: can't start '\(words[0])': \(String(cString: strerror(code)))")
        }
        // The child writes when it holds the session; else its end says how it went.
        var byte: UInt8 = 0
        if read(ends[0], &byte, 1) == 1 { return }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        throw ExitStatus(code: status & 0x7F == 0 ? (status >> 8) & 0xFF : 1, text: nil)
    }

    /// The descriptor on which the process that stays behind tells that it is ready.
    private static let readiness = "MUSTER_READINESS"

    /// Where somebody waits for it: goes on without a terminal.
    private static func leaveTerminal() {
        guard let text = ProcessInfo.processInfo.environment[readiness], let descriptor = Int32(text) else { return }
        signal(SIGHUP, SIG_IGN)
        setsid()
        let null = open("/dev/null", O_RDWR)
        for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, standard) }
        close(null)
        var byte: UInt8 = 1
        _ = write(descriptor, &byte, 1)
        close(descriptor)
    }
}

struct DisconnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect", abstract: "End a session that 'muster connect' holds.")
    @Argument(help: "A cluster file's name or path.") var cluster: String?
    @Flag(help: "End all.") var all = false

    func run() async throws {
        var held = HeldSessions.all
        if !all {
            guard let cluster else { throw ExitStatus.usage("name a cluster, or add --all") }
            let spec = try LoadedConfig.readCluster(cluster, project: FileManager.default.currentDirectoryPath).0
            held = spec.host.flatMap { HeldSessions.host($0, spec) }.map { [$0] } ?? []
        }
        for host in held where await host.end() { Terminal.complain("ended the session with '\(host.name)'") }
        if held.isEmpty { Terminal.complain("no session is held") }
    }
}
