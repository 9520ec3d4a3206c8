import Foundation
import Synchronization

/// A program that runs in this one's place: same terminal, same descriptors, same process group, and every signal that
/// somebody sends to this process.
enum Child {
    /// How it ended.
    enum End: Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    private static let forwarded = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2]
    /// The child's pid, and a signal that came before there was one.
    private static let pid = Atomic<Int32>(0)
    private static let early = Atomic<Int32>(0)

    /// Runs a program, found by `PATH` as a shell does, and waits for its end. Throws what the shell would answer with 126 or
    /// 127.
    static func run(_ arguments: [String], environment: [String: String]) throws -> End {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        // This process takes no notice of it, which a child would inherit.
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        listen()
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], nil, &attributes, &words, &variables)
        guard code == 0 else {
            throw ExitStatus(
                code: code == ENOENT ? 127 : 126,
                text: "error: cannot start '\(arguments[0])': \(String(cString: strerror(code)))")
        }
        pid.store(child, ordering: .sequentiallyConsistent)
        let waiting = early.exchange(0, ordering: .sequentiallyConsistent)
        if waiting != 0 { kill(child, waiting) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        pid.store(0, ordering: .sequentiallyConsistent)
        let number = status & 0x7F
        return number == 0 ? .exited(status >> 8 & 0xFF) : .signalled(number)
    }

    /// Ends this process as the child ended.
    static func leave(_ end: End) -> Never {
        switch end {
        case .exited(let code): exit(code)
        case .signalled(let number):
            var limit = rlimit(rlim_cur: 0, rlim_max: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            signal(number, SIG_DFL)
            var only = sigset_t()
            sigemptyset(&only)
            sigaddset(&only, number)
            pthread_sigmask(SIG_UNBLOCK, &only, nil)
            kill(getpid(), number)
            // A signal whose default is to be ignored.
            exit(128 + number)
        }
    }

    /// Passes on what is sent to this process; what a terminal sends reaches the child by itself. Signals that are ignored
    /// (nohup) stay so.
    private static func listen() {
        for number in forwarded {
            var old = sigaction()
            sigaction(number, nil, &old)
            if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
            var action = sigaction()
            action.sa_flags = SA_SIGINFO | SA_RESTART
            action.__sigaction_handler.sa_sigaction = { number, info, _ in
                // SI_USER, SI_QUEUE and SI_TKILL are not positive; the kernel's own are.
                guard let info, info.pointee.si_code <= 0 else { return }
                let child = Child.pid.load(ordering: .sequentiallyConsistent)
                if child > 0 {
                    kill(child, number)
                } else {
                    Child.early.store(number, ordering: .sequentiallyConsistent)
                }
            }
            sigaction(number, &action, nil)
        }
    }
}
