import Foundation
import MusterCore
import TestSupport
import Testing

/// A site that asks for a code that changes: one login serves all.
@Suite(.serialized, .enabled(if: SSHServer.isInstalled && PAMService.isPossible, "needs sshd, PAM and root"))
struct ConnectRunTests {
    /// Starts muster at a terminal of its own, types `text` there once it asks, and gives back all that was shown.
    private func type(_ text: String, _ arguments: [String], in lab: Lab) throws -> String {
        try lab.write(
            "terminal.py",
            """
            import os, pty, select, signal, sys, time
            # What the tests block must not stay blocked here.
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            answer, words = sys.argv[1], sys.argv[2:]
            child, terminal = pty.fork()
            if child == 0: os.execv(words[0], words)
            shown, typed, deadline = b'', False, time.time() + 300
            while time.time() < deadline:
                if select.select([terminal], [], [], 0.2)[0]:
                    try: part = os.read(terminal, 65536)
                    except OSError: break
                    if not part: break
                    shown += part
                if not typed and b'Password:' in shown:
                    os.write(terminal, answer.encode() + b'\\n')
                    typed = True
                if os.waitpid(child, os.WNOHANG)[0]: break
            else: os.kill(child, signal.SIGKILL)
            sys.stdout.buffer.write(shown)
            """)
        let state = "MUSTER_STATE=\(lab.folder)/state"
        return try TestCluster.run(
            "env", ["-C", lab.folder, state, "python3", "terminal.py", text, "\(Lab.programs)/muster"] + arguments)
    }

    @Test func oneLoginServesSubmitWatchAndCollect() throws {
        let lab = try Lab(scenes: ["a", "b"])
        let keys = "\(lab.folder)/keys"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        let service = try PAMService(in: keys)
        let server = try SSHServer(
            in: keys,
            options: [
                "UsePAM yes", "KbdInteractiveAuthentication yes",
                "AuthenticationMethods publickey,keyboard-interactive",
            ], program: service.program)
        defer { withExtendedLifetime(server) {} }
        try lab.write("beside.yaml", try server.cluster(lab))
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: coded, dataset_root: \(lab.folder)/data}
            pipeline: {command: "echo {scene.name} > {output_dir}/out"}
            collect: all
            """)
        let options = ["sweep.yaml", "--cluster", "beside.yaml"]
        let refused = try lab.muster(["submit"] + options)
        #expect(refused.status == 4 && refused.errors.contains("muster connect"), "\(refused.errors)")
        #expect(service.answers == 0)

        let shown = try type(service.code, ["connect", "beside.yaml", "--for", "10m"], in: lab)
        defer { _ = try? lab.muster(["disconnect", "--all"]) }
        #expect(shown.contains("holding a session with"), "\(shown)")
        #expect(try lab.muster(["connect"]).output.contains("127.0.0.1"))
        #expect(try lab.muster(["submit"] + options).status == 0)
        let watch = try lab.muster(["watch"])
        #expect(watch.status == 0, "\(watch.errors)")
        #expect(try lab.muster(["collect"]).status == 0)
        #expect(try String(contentsOfFile: "\(lab.folder)/results/coded/a/out", encoding: .utf8) == "a\n")
        #expect(service.answers == 1 && service.code == "1001", "one login for all")
        let folder = "\(lab.folder)/state/sessions"
        let socket = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(folder) == 0o700 && mode("\(folder)/\(socket)") == 0o600)

        #expect(try lab.muster(["disconnect", "beside.yaml"]).errors.contains("ended the session"))
        _ = try lab.wait(for: "the end of the holder") {
            FileManager.default.fileExists(atPath: "\(folder)/\(socket)") ? nil : true
        }
        #expect(try lab.muster(["history", "list"]).status == 0)
        let again = try lab.muster(["submit", "--new"] + options)
        #expect(again.status == 4 && service.answers == 1, "\(again.errors)")
    }
}
