import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// The ways out of one message.
struct Outlets: Sendable {
    /// How long a command may take, and how long all tries of a webhook together, in seconds.
    static let patience = 60.0
    /// Tries of a webhook behind the first, with pauses that double from one second on.
    static let retries = 4

    let subject: String, body: String
    private let variables: [(String, String)]
    private let payload: JSON

    init(run: String, summary: RunSummary, notice: Notice) {
        (subject, body) = (notice.subject, notice.body)
        variables = [
            ("MUSTER_RUN", run), ("MUSTER_SWEEP", summary.sweep), ("MUSTER_CLUSTER", summary.cluster),
            ("MUSTER_EVENT", notice.occasion.rawValue), ("MUSTER_SUBJECT", notice.subject),
        ]
        payload = .object([
            "schema": 1, "run": .string(run), "sweep": .string(summary.sweep), "cluster": .string(summary.cluster),
            "event": .string(notice.occasion.rawValue), "subject": .string(notice.subject),
            "text": .string(notice.subject + "\n" + notice.body),
            "jobs": .object(notice.counts),
        ])
    }

    /// Sends it by all that the policy names; what fails is said.
    func send(_ policy: NotifyPolicy) async {
        if let command = policy.command { await run("command", commandScript(command), input: body) }
        if let webhook = policy.webhook { await post(webhook) }
        if let mail = policy.mail { await run("mail", Self.mailScript, input: mailText(to: mail)) }
    }

    func commandScript(_ command: String) -> String {
        let exports = variables.map { "export \($0)=\(ShellWord.quote($1))" }
        return (exports + [command]).joined(separator: "\n")
    }

    /// sendmail stands where a user's PATH often does not lead.
    private static let mailScript = """
        PATH=$PATH:/usr/sbin:/usr/lib
        command -v sendmail >/dev/null || { echo "there is no sendmail on this machine" >&2; exit 127; }
        sendmail -oi -t
        """

    /// A message for `sendmail -t` (RFC 5322), its subject encoded as RFC 2047 has it.
    func mailText(to addresses: String) -> String {
        let encoded = Data(subject.utf8).base64EncodedString()
        let isPlain = subject.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return """
            To: \(addresses)
            Subject: \(isPlain ? subject : "=?UTF-8?B?\(encoded)?=")
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            \(body)
            """
    }

    private func post(_ webhook: String) async {
        var address = webhook
        if webhook.hasPrefix("@") {
            let path = Places.absolute(String(webhook.dropFirst()))
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                return Terminal.complain("warning: nobody was told by webhook: \(path) can't be read")
            }
            address = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        await run("webhook", Self.curlScript, input: curlConfig(address))
    }

    private static let curlScript = """
        command -v curl >/dev/null || { echo "there is no curl on this machine" >&2; exit 127; }
        exec curl -q --config -
        """

    /// Standard input of curl: the address may be a secret, and what stands in a command line everybody sees.
    func curlConfig(_ address: String) -> String {
        let settings = [
            ("url", address), ("data-binary", payload.line), ("header", "Content-Type: application/json"),
            ("proto", "=http,https"), ("retry", "\(Self.retries)"), ("retry-max-time", "\(Int(Self.patience) - 10)"),
            ("max-time", "20"), ("output", "/dev/null"),
        ]
        let flags = ["silent", "show-error", "fail", "retry-connrefused", "retry-all-errors", "globoff"]
        return (settings.map { "\($0) = \(Self.quoted($1))" } + flags).joined(separator: "\n") + "\n"
    }

    /// A value of curl's config files (curl(1), `--config`).
    private static func quoted(_ text: String) -> String {
        let escapes: [Character: String] = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\t": "\\t"]
        return "\"" + text.map { escapes[$0] ?? String($0) }.joined() + "\""
    }

    private func run(_ way: String, _ script: String, input: String) async {
        do {
            let result = try await LocalHost().run(script, input: Array(input.utf8), timeout: Self.patience)
            guard result.status != 0 else { return }
            let words = result.errorText.split(separator: "\n").suffix(2).joined(separator: "; ")
            Terminal.complain("warning: nobody was told by \(way) (exit status \(result.status)): \(words)".visible)
        } catch {
            Terminal.complain("warning: nobody was told by \(way): \(error)")
        }
    }
}
