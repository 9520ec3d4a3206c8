import CShims
import Glibc
import Testing

@Suite("Starting children", .timeLimit(.minutes(1)))
struct SpawnTests {
    @Test(
        "exit codes and signals come back", arguments: [("exit 0", 0, 0), ("exit 7", 7, 0), ("kill -TERM $$", 0, 15)])
    func ends(_ script: String, _ code: Int32, _ signal: Int32) throws {
        let ended = try Child("/bin/sh", ["-c", script]).end()
        #expect(ended.exit_code == code)
        #expect(ended.signal == signal)
    }

    @Test("true and false")
    func trueAndFalse() throws {
        #expect(try Child("/bin/true").end().exit_code == 0)
        #expect(try Child("/bin/false").end().exit_code == 1)
    }

    @Test("a program that is not there or may not run fails at exec")
    func missingProgram() {
        #expect(throws: Child.Failed(step: "exec", code: ENOENT)) { try Child("/nonexistent/program") }
        #expect(throws: Child.Failed(step: "exec", code: EACCES)) { try Child("/etc/passwd") }
    }

    @Test("a folder that is not there fails at chdir")
    func missingFolder() {
        #expect(throws: Child.Failed(step: "chdir", code: ENOENT)) {
            try Child("/bin/true", directory: "/nonexistent")
        }
    }

    @Test("the working folder, arguments and environment are exactly the given ones")
    func surroundings() throws {
        let script = "/bin/pwd; printf '%s|' \"$@\""
        let child = try Child("/bin/sh", ["-c", script, "name", "a b", ""], directory: "/usr")
        #expect(child.readOutput() == "/usr\na b||")
        let environment = ["X=1 2", "PATH=/nowhere", "EMPTY="]
        #expect(try Child("/usr/bin/env", environment: environment).readOutput() == "X=1 2\nPATH=/nowhere\nEMPTY=\n")
        #expect(try Child("/usr/bin/env").readOutput() == "")
    }

    @Test("the child runs on the CPUs that it is given, and where the parent may if these are refused")
    func cpus() throws {
        var numbers = [Int32](repeating: 0, count: 64)
        let count = cshims_cpus(&numbers, 64)
        let last = numbers[Int(count) - 1]
        #expect(try Child("/usr/bin/nproc", cpus: [last]).readOutput() == "1\n")
        let list = try Child("/bin/grep", ["Cpus_allowed_list", "/proc/self/status"], cpus: [last]).readOutput()
        #expect(list == "Cpus_allowed_list:\t\(last)\n")
        for refused in [[], [8000], [-1, 9999]] as [[Int32]] {
            #expect(try Child("/usr/bin/nproc", cpus: refused).readOutput() == "\(count)\n")
        }
    }

    @Test("the child leads a process group that one signal ends as a whole")
    func group() throws {
        let child = try Child("/bin/sh", ["-c", "sleep 60 & exec sleep 60"])
        #expect(getpgid(child.pid) == child.pid)
        #expect(getpgrp() != child.pid)
        #expect(kill(-child.pid, SIGTERM) == 0)
        #expect(try child.end().signal == SIGTERM)
        // Comes to its end only when the grandchild is gone too.
        #expect(child.readOutput() == "")
    }

    @Test("mask and dispositions are reset though the parent's are not")
    func signals() throws {
        var mask = sigset_t()
        var before = sigset_t()
        sigfillset(&mask)
        pthread_sigmask(SIG_SETMASK, &mask, &before)
        let ignored = signal(SIGUSR2, SIG_IGN)
        defer {
            signal(SIGUSR2, ignored)
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        let lines = try Child("/bin/cat", ["/proc/self/status"]).readOutput().split(separator: "\n")
        for name in ["SigBlk", "SigIgn", "SigCgt"] {
            #expect(lines.contains("\(name):\t0000000000000000"), "\(lines)")
        }

        var after = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &after)
        #expect(sigismember(&after, SIGHUP) == 1)
    }

    @Test(
        "no other descriptor reaches the child",
        arguments: [CSHIMS_SPAWN_MAY_OUTLIVE, CSHIMS_SPAWN_MAY_OUTLIVE | CSHIMS_SPAWN_NO_CLOSE_RANGE])
    func descriptors(_ flags: UInt32) throws {
        // More than one listing's buffer holds, and one far away; open on exec, as a careless library makes them.
        let open = (0..<200).map { _ in dup(0) }
        let far = fcntl(open[0], F_DUPFD, 900)
        defer { (open + [far]).forEach { close($0) } }
        #expect(far >= 900)
        let child = try Child("/bin/ls", ["/proc/self/fd"], flags: flags)
        // 3 is ls's own, of the folder it reads.
        #expect(child.readOutput() == "0\n1\n2\n3\n")
    }

    @Test("standard input is empty, and both outputs are one")
    func standardStreams() throws {
        let child = try Child("/bin/sh", ["-c", "readlink /proc/self/fd/0; cat; echo out; echo err >&2"])
        #expect(child.readOutput() == "/dev/null\nout\nerr\n")
    }

    @Test("the child is killed when the thread that started it ends, and only then")
    func deathSignal() throws {
        let (dying, staying) = (Box(), Box())
        let thread = try Thread {
            dying.child = try? Child("/bin/sleep", ["60"], flags: 0)
            staying.child = try? Child("/bin/sleep", ["60"])
        }
        thread.join()
        #expect(try #require(dying.child).end().signal == SIGKILL)
        #expect(cshims_peek_ended(try #require(staying.child).pid) == 0)
    }

    @Test("the child's oom_score_adj is set, and the parent keeps its own")
    func oomScore() throws {
        let own = try text(of: "/proc/self/oom_score_adj")
        let child = try Child("/bin/cat", ["/proc/self/oom_score_adj"], oomScore: 500)
        #expect(child.oomCode == 0)
        #expect(child.readOutput() == "500\n")
        #expect(try text(of: "/proc/self/oom_score_adj") == own)
        #expect(try Child("/bin/cat", ["/proc/self/oom_score_adj"]).readOutput() == own + "\n")
    }

    @Test("a score out of range is reported and the child runs")
    func badOOMScore() throws {
        let child = try Child("/bin/cat", ["/proc/self/oom_score_adj"], oomScore: 5000)
        #expect(child.oomCode == EINVAL)
        #expect(try child.end().exit_code == 0)
    }

    @Test("two hundred children start within ten seconds, and so do two hundred that fail")
    func many() throws {
        let start = ContinuousClock.now
        for _ in 0..<200 { #expect(try Child("/bin/true").end().exit_code == 0) }
        for _ in 0..<200 { #expect(throws: Child.Failed.self) { try Child("/nonexistent") } }
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}

private final class Box {
    var child: Child?
}

/// A thread that runs one closure.
private final class Thread {
    private var thread = pthread_t()
    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    init(_ run: @escaping () -> Void) throws {
        let work = Unmanaged.passRetained(Work(run))
        let code = pthread_create(
            &thread, nil,
            {
                Unmanaged<Work>.fromOpaque($0!).takeRetainedValue().run(); return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw Child.Failed(step: "pthread_create", code: code)
        }
    }

    func join() { pthread_join(thread, nil) }
}
