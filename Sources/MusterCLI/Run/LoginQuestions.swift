import Foundation
import MusterCluster
import MusterCore
import SSH

extension SSHHost.Questions {
    /// Asks whoever sits at the terminal. What a server says is shown as it says it, but for control characters, which could
    /// make the terminal show something else.
    static let atTerminal = SSHHost.Questions(
        unknownHost: { unknown in
            Terminal.confirm(
                "The host '\(unknown.host)' is not known. Its key is \(unknown.key.fingerprint). Connect and remember it?"
            )
        },
        passphrase: { Terminal.secret("Passphrase of \($0.path): ") },
        answer: { challenge in
            Terminal.endProgress()
            for words in [challenge.name, challenge.instruction] where !words.isEmpty {
                Terminal.complain(lines(words))
            }
            var answers: [String] = []
            for prompt in challenge.prompts {
                let text = lines(prompt.text)
                guard let answer = prompt.echoes ? Terminal.ask(text) : Terminal.secret(text) else { return nil }
                answers.append(answer)
            }
            return answers
        },
        again: { host in
            Terminal.endProgress()
            return Terminal.ask("The session with '\(host)' has ended. To log in again, press Enter: ") != nil
        })

    private static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(\.visible).joined(separator: "\n")
    }
}

extension Terminal {
    /// A line that is typed unseen; nil at the end of input.
    static func secret(_ prompt: String) -> String? {
        alone { getpass(prompt).map { String(cString: $0) } }
    }

    /// A line that is typed; nil at the end of input.
    static func ask(_ prompt: String) -> String? {
        alone {
            try? FileHandle.standardError.write(contentsOf: Data(prompt.utf8))
            return readLine()
        }
    }
}
