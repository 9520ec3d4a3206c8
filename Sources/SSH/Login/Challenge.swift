import CSSH

/// Questions that a server asks a person before it lets them in: keyboard-interactive (RFC 4256), or the password of the
/// `password` method (RFC 4252, 8) as one question.
public struct Challenge: Equatable, Sendable {
    /// One question.
    public struct Prompt: Equatable, Sendable {
        /// The server's own words, or for a password `USER@HOST's password: `.
        public var text: String
        /// What is typed may be seen.
        public var echoes: Bool
    }

    /// The host as the user named it.
    public var host: String
    /// The server's headline and its instruction; often empty.
    public var name: String, instruction: String
    /// The questions; none where the server only wants to say something.
    public var prompts: [Prompt]
}

extension Authentication {
    /// Has a person answer, as often as the server asks; one refusal is the end of it. Answers are kept nowhere.
    mutating func answerQuestions() throws(SSHError) -> Bool {
        guard let answer = options.answer else {
            isPersonWanted = true
            story.append("keyboard-interactive: needs a person at a terminal")
            return false
        }
        var reply = try userauth { ssh_userauth_kbdint($0, nil, nil) }
        while reply == Int32(SSH_AUTH_INFO.rawValue) {
            let challenge = questions()
            guard let answers = answer(challenge), answers.count == challenge.prompts.count else {
                story.append("keyboard-interactive: not answered")
                return false
            }
            for (index, text) in answers.enumerated() {
                _ = ssh_userauth_kbdint_setanswer(session.handle.raw, UInt32(index), text)
            }
            reply = try userauth { ssh_userauth_kbdint($0, nil, nil) }
        }
        isAnswered = reply == Int32(SSH_AUTH_SUCCESS.rawValue)
        return note(Answer(reply), "keyboard-interactive")
    }

    /// Has a person type the account's password, once.
    mutating func answerPassword() throws(SSHError) -> Bool {
        guard let answer = options.answer else {
            isPersonWanted = true
            story.append("password: needs a person at a terminal")
            return false
        }
        let prompt = Challenge.Prompt(text: "\(settings.user)@\(settings.alias)'s password: ", echoes: false)
        let challenge = Challenge(host: settings.alias, name: "", instruction: "", prompts: [prompt])
        guard let word = answer(challenge)?.first else {
            story.append("password: not answered")
            return false
        }
        let reply = try userauth { ssh_userauth_password($0, nil, word) }
        isAnswered = reply == Int32(SSH_AUTH_SUCCESS.rawValue)
        return note(Answer(reply), "password")
    }

    private func questions() -> Challenge {
        let raw = session.handle.raw
        func text(_ words: UnsafePointer<CChar>?) -> String { words.map { String(cString: $0) } ?? "" }
        let count = max(0, ssh_userauth_kbdint_getnprompts(raw))
        let prompts = (0..<UInt32(count)).map { index in
            var echoes: CChar = 0
            let words = text(ssh_userauth_kbdint_getprompt(raw, index, &echoes))
            return Challenge.Prompt(text: words, echoes: echoes != 0)
        }
        return Challenge(
            host: settings.alias, name: text(ssh_userauth_kbdint_getname(raw)),
            instruction: text(ssh_userauth_kbdint_getinstruction(raw)), prompts: prompts)
    }
}
