import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SSH

/// Servers that ask a person: a real sshd with PAM, and a code that changes.
@Suite(.enabled(if: SSHServer.isInstalled && PAMService.isPossible, "needs openssh-server, PAM and root"))
struct InteractiveTests {
    private let folder: TemporaryFolder
    private let service: PAMService

    init() throws {
        folder = try TemporaryFolder()
        service = try PAMService(in: folder.path)
    }

    private func server(_ methods: String) throws -> SSHServer {
        try SSHServer(
            options: ["UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods \(methods)"],
            program: service.program, folder: folder)
    }

    private func options(_ answer: (@Sendable (Challenge) -> [String]?)?) -> ConnectOptions {
        ConnectOptions(timeout: .seconds(20), answer: answer)
    }

    @Test func thePromptComesUnchangedAndTheCodeLetsIn() throws {
        let server = try server("keyboard-interactive")
        let code = service.code
        let seen = Mutex<[Challenge]>([])
        let session = try Session.connect(
            [try server.settings()],
            options: options { challenge in
                seen.withLock { $0.append(challenge) }
                return challenge.prompts.map { _ in code }
            })
        #expect(session.isAnswered && session.identity == "keyboard-interactive")
        #expect(try session.exec("echo in").outputText == "in\n")
        let prompts = seen.withLock { $0.flatMap(\.prompts) }
        #expect(prompts.count == 1 && prompts[0].text.hasPrefix("Password:") && !prompts[0].echoes, "\(prompts)")
        #expect(service.code == "1001", "the code is another one now")
    }

    @Test func oneWrongAnswerEndsAllTries() throws {
        let server = try server("keyboard-interactive")
        let asked = Mutex(0)
        let error = #expect(throws: SSHError.self) {
            try Session.connect(
                [try server.settings()],
                options: options { challenge in
                    if !challenge.prompts.isEmpty { asked.withLock { $0 += 1 } }
                    return challenge.prompts.map { _ in "wrong" }
                })
        }
        #expect(error?.kind == .authenticationFailed && error?.text.contains("keyboard-interactive: refused") == true)
        #expect(asked.withLock(\.self) == 1 && service.answers == 1)
        let given = #expect(throws: SSHError.self) {
            try Session.connect([try server.settings()], options: options { $0.prompts.isEmpty ? [] : nil })
        }
        #expect(given?.text.contains("not answered") == true)
        #expect(service.answers == 1, "who gives up answers nothing")
    }

    @Test func aKeyAndACodeTogether() throws {
        let server = try server("publickey,keyboard-interactive")
        let code = service.code
        let session = try Session.connect(
            [try server.settings()], options: options { $0.prompts.map { _ in code } })
        #expect(session.isAnswered)
        #expect(try session.exec("true").status.isSuccess)
    }

    @Test func inAScriptAPersonIsWanted() throws {
        let server = try server("publickey,keyboard-interactive")
        let error = #expect(throws: SSHError.self) {
            try Session.connect([try server.settings()], options: options(nil))
        }
        #expect(error?.kind == .personWanted && error?.isTransient == false)
        #expect(error?.text.contains("user_key: accepted, but the server wants more") == true, "\(error as Any)")
        #expect(error?.text.contains("keyboard-interactive: needs a person at a terminal") == true)
        #expect(service.answers == 0)
    }

    @Test func aPasswordIsOneQuestion() throws {
        let server = try SSHServer(
            options: [
                "UsePAM yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication no",
                "AuthenticationMethods password",
            ], program: service.program, folder: folder)
        let code = service.code
        let prompt = Mutex("")
        let session = try Session.connect(
            [try server.settings()],
            options: options { challenge in
                prompt.withLock { $0 = challenge.prompts.first?.text ?? "" }
                return [code]
            })
        #expect(session.isAnswered && session.identity == "password")
        #expect(prompt.withLock(\.self).hasSuffix("@test's password: "))
    }
}
