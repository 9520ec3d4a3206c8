import CShims
import Glibc
import Testing

@Suite("Linux calls", .timeLimit(.minutes(1)))
struct ProcessTests {
    @Test("an ended child can be seen before it is reaped, with what it used")
    func peekAndReap() throws {
        let child = try Child(
            "/bin/sh", ["-c", "read x </dev/zero & i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; kill $!"])
        var ended = cshims_ended()
        while cshims_peek_ended(child.pid) == 0 { _ = child.readOutput() }
        #expect(cshims_peek_ended(child.pid) == child.pid)
        #expect(getpgid(child.pid) == child.pid)
        ended = try child.end()
        #expect(ended.pid == child.pid)
        #expect(ended.user_microseconds + ended.system_microseconds > 0)
        #expect(ended.peak_resident_kib > 100)
        #expect(cshims_peek_ended(child.pid) == -1 && errno == ECHILD)
    }

    @Test("a running child is not reaped without waiting")
    func stillRunning() throws {
        let child = try Child("/bin/sleep", ["60"])
        var ended = cshims_ended()
        #expect(cshims_wait4(child.pid, false, &ended) == 0)
    }

    @Test("a signal arrives at the descriptor with its sender")
    func signalDescriptor() throws {
        // Blocked for, and sent to, this thread alone.
        var before = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let fd = cshims_signalfd([SIGUSR1], 1)
        #expect(fd >= 0)
        defer { close(fd) }
        var sender: pid_t = 0
        #expect(cshims_signalfd_read(fd, &sender) == 0)
        pthread_kill(pthread_self(), SIGUSR1)
        #expect(cshims_signalfd_read(fd, &sender) == SIGUSR1)
        #expect(sender == getpid())
        #expect(cshims_signalfd([999], 1) == -1 && errno == EINVAL)
    }

    @Test("a timer fires once or again and again, and can be stopped")
    func timer() throws {
        let fd = cshims_timerfd()
        #expect(fd >= 0)
        defer { close(fd) }
        #expect(cshims_timerfd_read(fd) == 0)
        #expect(cshims_timerfd_set(fd, 1_000_000, 1_000_000) == 0)
        #expect(readable(fd))
        #expect(cshims_timerfd_read(fd) >= 1)
        #expect(readable(fd))
        #expect(cshims_timerfd_set(fd, 0, 0) == 0)
        #expect(cshims_timerfd_read(fd) == 0)
        #expect(cshims_timerfd_set(fd, 1, 0) == 0)
        #expect(readable(fd))
        #expect(cshims_timerfd_read(fd) == 1)
        #expect(cshims_timerfd_read(fd) == 0)
    }

    @Test("an event counter gathers signals until it is drained")
    func eventCounter() {
        let fd = cshims_eventfd()
        #expect(fd >= 0)
        defer { close(fd) }
        #expect(cshims_eventfd_drain(fd) == 0)
        #expect(cshims_eventfd_signal(fd) == 0)
        #expect(cshims_eventfd_signal(fd) == 0)
        #expect(readable(fd))
        #expect(cshims_eventfd_drain(fd) == 2)
        #expect(cshims_eventfd_drain(fd) == 0)
    }

    @Test("a process descriptor becomes readable at the end")
    func processDescriptor() throws {
        let child = try Child("/bin/sleep", ["60"])
        let fd = cshims_pidfd_open(child.pid)
        guard fd >= 0 else {
            #expect(errno == ENOSYS)
            return
        }
        defer { close(fd) }
        kill(child.pid, SIGKILL)
        #expect(readable(fd))
        #expect(cshims_peek_ended(child.pid) == child.pid)
    }

    @Test("an exclusive rename refuses a taken name")
    func rename() throws {
        var pattern = Array("/tmp/cshims-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&pattern) != nil)
        let folder = String(decoding: pattern.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let (from, to) = (folder + "/from", folder + "/to")
        defer {
            unlink(from)
            unlink(to)
            rmdir(folder)
        }
        for path in [from, to] { close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)) }
        let status = cshims_rename_exclusive(from, to)
        #expect(status == -1 && errno == EEXIST)
        #expect(access(from, F_OK) == 0)
        unlink(to)
        #expect(cshims_rename_exclusive(from, to) == 0)
        #expect(access(from, F_OK) == -1 && access(to, F_OK) == 0)
    }

    @Test("random bytes differ")
    func random() {
        var (one, two) = ([UInt8](repeating: 0, count: 500), [UInt8](repeating: 0, count: 500))
        #expect(cshims_random(&one, one.count) == 0)
        #expect(cshims_random(&two, two.count) == 0)
        #expect(one != two)
    }

    @Test("the CPUs are those that nproc counts")
    func processors() throws {
        let count = cshims_cpus(nil, 0)
        #expect(Int(try Child("/usr/bin/nproc").readOutput().dropLast()) == Int(count))
        var cpus = [Int32](repeating: -1, count: Int(count))
        #expect(cshims_cpus(&cpus, count) == count)
        #expect(cpus == Array(Set(cpus)).sorted())
        #expect(cpus.allSatisfy { $0 >= 0 })
        var first: Int32 = -1
        #expect(cshims_cpus(&first, 1) == count)
        #expect(first == cpus.first)
    }

    /// Sleeps until `fd` is readable; false after ten seconds.
    private func readable(_ fd: Int32) -> Bool {
        var item = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return poll(&item, 1, 10_000) == 1
    }
}
