import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
@OwnThread struct ExecTests {
    @Test func streamsAndStatusComeApart() throws {
        let session = try SSHServer().connect()
        for result in [
            try session.exec("echo out; echo err >&2; exit 7"), try session.run("echo out; echo err >&2; exit 7"),
        ] {
            #expect(result.outputText == "out\n")
            #expect(result.errorText == "err\n")
            #expect(result.status == .exited(7))
        }
        #expect(try session.run("kill -TERM $$").status == .signalled("TERM"))
        #expect(try session.run("").status == .exited(0))
        #expect(try session.run("true").status.isSuccess)
    }

    @Test(arguments: Transport.allCases) func scriptsMayContainAnything(by transport: Transport) throws {
        let server = try SSHServer()
        defer { withExtendedLifetime(server) {} }
        let session = try server.carrier(transport)
        let script = """
            cat <<'END'
            it's "here" $HOME `id` \\n ! !! % grün
            END
            printf '%s|' "$0" "$#"
            for word in a b; do echo "$word"; done
            """
        #expect(try session.run(script).outputText == "it's \"here\" $HOME `id` \\n ! !! % grün\n/bin/sh|0|a\nb\n")
        let long = "x=" + String(repeating: "y", count: 300_000) + "\necho ${#x}"
        #expect(try session.run(long).outputText == "300000\n")
    }

    @Test(arguments: Transport.allCases) func inputGoesToTheScriptAndNotIntoIt(by transport: Transport) throws {
        let server = try SSHServer()
        defer { withExtendedLifetime(server) {} }
        let session = try server.carrier(transport)
        #expect(
            try session.run("read -r a; echo \"<$a>\"; cat", input: Array("one\ntwo\n".utf8)).outputText
                == "<one>\ntwo\n")
        let megabyte = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try session.run("cat", input: megabyte).output == megabyte)
        #expect(try session.run("wc -c; cat /dev/null", input: megabyte).outputText.contains("1048576"))
    }

    @Test(arguments: Transport.allCases) func aCommandNeedNotReadItsInput(by transport: Transport) throws {
        let server = try SSHServer()
        defer { withExtendedLifetime(server) {} }
        let session = try server.carrier(transport)
        let much = [UInt8](repeating: 7, count: 8 << 20)
        #expect(try session.run("exit 4", input: much).status == .exited(4))
        #expect(try session.run("head -c 3", input: much).output == [7, 7, 7])
    }

    @Test(arguments: Transport.allCases) func muchOutputOnBothStreams(by transport: Transport) throws {
        let server = try SSHServer()
        defer { withExtendedLifetime(server) {} }
        let session = try server.carrier(transport)
        let result = try session.run("head -c 20000000 /dev/zero; head -c 3000000 /dev/zero >&2")
        #expect(result.output.count == 20_000_000)
        #expect(result.errors.count == 3_000_000)
        let mixed = try session.run(
            "for i in 1 2 3 4 5 6 7 8; do head -c 500000 /dev/zero >&2; head -c 500000 /dev/zero; done")
        #expect(mixed.output.count == 4_000_000)
        #expect(mixed.errors.count == 4_000_000)
    }

    @Test(arguments: Transport.allCases) func keysAreRenewedInTheMiddleOfATransfer(by transport: Transport) throws {
        let server = try SSHServer(options: ["RekeyLimit 1M"])
        defer { withExtendedLifetime(server) {} }
        let session = try server.carrier(transport)
        let result = try session.run("cat; head -c 12000000 /dev/zero", input: [UInt8](repeating: 1, count: 12_000_000))
        #expect(result.output.count == 24_000_000)
        #expect(result.output[11_999_999] == 1)
        #expect(result.output[12_000_000] == 0)
    }

    @Test func limitsEndACommand() throws {
        let session = try SSHServer().connect()
        let begin = ContinuousClock.now
        let late = #expect(throws: SSHError.self) {
            try session.run("echo begun; sleep 60", limits: ExecLimits(timeout: .milliseconds(200)))
        }
        #expect(late?.kind == .timedOut)
        let busy = #expect(throws: SSHError.self) {
            try session.run("cat /dev/zero", limits: ExecLimits(timeout: .milliseconds(200), outputLimit: .max))
        }
        #expect(busy?.kind == .timedOut)
        let much = #expect(throws: SSHError.self) {
            try session.run("cat /dev/zero", limits: ExecLimits(outputLimit: 100_000))
        }
        #expect(much?.kind == .channelFailed)
        #expect(ContinuousClock.now - begin < .seconds(10))
        #expect(try session.exec("echo still here").outputText == "still here\n")
    }

    @Test func manyChannelsAtOnce() throws {
        let session = try SSHServer(options: ["MaxSessions 60"]).connect()
        var open = try (0..<50).map { number in
            (number, try session.open(script: "read -r x; echo \(number) $x; exit \(number)"), [UInt8]())
        }
        for (_, channel, _) in open {
            #expect(try channel.write(Array("go\n".utf8)) == 3)
            try channel.sendEOF()
        }
        let deadline = ContinuousClock.now + .seconds(20)
        var buffer = [UInt8](repeating: 0, count: 100)
        var finished = 0
        while finished < 50, ContinuousClock.now < deadline {
            for index in open.indices where !(open[index].1.isFinished && open[index].1.status != nil) {
                if case .bytes(let count) = try open[index].1.read(.output, into: &buffer) {
                    open[index].2 += buffer[..<count]
                }
                _ = try open[index].1.read(.errors, into: &buffer)
            }
            finished = open.count { $0.1.isFinished && $0.1.status != nil }
            if finished < 50 { try session.wait(upTo: .seconds(5)) }
        }
        for (number, channel, output) in open {
            #expect(String(decoding: output, as: UTF8.self) == "\(number) go\n")
            #expect(channel.status == .exited(Int32(number)))
        }
    }

    @Test func tooManyChannelsSayWhatToDo() throws {
        let session = try SSHServer(options: ["MaxSessions 2"]).connect()
        let first = try session.open(command: "cat")
        let second = try session.open(command: "cat")
        let error = #expect(throws: SSHError.self) { try session.open(command: "cat") }
        #expect(error?.kind == .channelFailed)
        #expect(error?.hint?.contains("MaxSessions") == true)
        for channel in [first, second] { try channel.sendEOF() }
        _ = consume first
        _ = consume second
    }

    @Test func aFollowerIsPolledBesideOtherWork() throws {
        let server = try SSHServer()
        let session = try server.connect()
        let log = try server.folder.write("", to: "log")
        let follower = try session.open(script: "exec tail -n +1 -f '\(log)'")
        var seen = ""
        var buffer = [UInt8](repeating: 0, count: 1000)
        for number in 0..<5 {
            _ = try session.run("echo line \(number) >> '\(log)'")
            let deadline = ContinuousClock.now + .seconds(10)
            while !seen.hasSuffix("line \(number)\n"), ContinuousClock.now < deadline {
                if case .bytes(let count) = try follower.read(.output, into: &buffer) {
                    seen += String(decoding: buffer[..<count], as: UTF8.self)
                } else {
                    try session.wait(upTo: .seconds(1))
                }
            }
        }
        #expect(seen == "line 0\nline 1\nline 2\nline 3\nline 4\n")
        #expect(follower.status == nil)
    }

    @Test func droppingAChannelEndsItsCommand() throws {
        let server = try SSHServer()
        let session = try server.connect()
        do {
            let channel = try session.open(script: "echo $$; while sleep 0.05; do echo x; done")
            #expect(!channel.isFinished)
        }
        let deadline = ContinuousClock.now + .seconds(10)
        // Left is the process that serves the connection, with no command below it.
        while server.connections.count > 2, ContinuousClock.now < deadline { try session.wait(upTo: .milliseconds(20)) }
        #expect(server.connections.count <= 2)
        #expect(try session.exec("echo on").outputText == "on\n")
    }
}
