/// What must never stand in a record, told by its name or by its shape. In doubt it is one.
public enum Secrets {
    /// What stands in place of a secret.
    public static let mark = "<left out>"

    /// Parts of names that people give to secrets.
    private static let words = [
        "pass", "secret", "token", "credential", "auth", "cookie", "session", "private", "signature", "apikey",
        "api_key",
        "access_key", "accesskey", "account_key", "license", "connection_string", "dsn", "webhook", "pgp", "gpg", "otp",
    ]
    /// Beginnings of keys that well-known services hand out.
    private static let beginnings = [
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glptt-", "hf_", "sk-", "pk_live_", "sk_live_",
        "rk_live_", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "npm_",
        "pypi-",
        "dop_v1_", "SG.", "wandb_", "shpat_",
    ]

    /// Whether a variable or an option of that name holds a secret.
    public static func isName(_ name: String) -> Bool {
        let lower = name.lowercased().map { $0 == "-" ? "_" : $0 }
        let text = String(lower)
        if words.contains(where: { text.has($0) }) { return true }
        let parts = text.split(separator: "_")
        return parts.contains("key") || parts.contains("keys") || parts.contains("pwd") && parts.count > 1
            || parts.contains("pw")
    }

    /// Whether a text is or holds a secret by its shape: keys of services, parts of certificates, addresses with a password,
    /// `name=secret` pairs, and long words that no person would make up.
    public static func isValue(_ text: String) -> Bool {
        if text.has("-----BEGIN") || hasPassword(text) { return true }
        let words = text.split(whereSeparator: { " \t\r\n,;:\"'|&?=()[]{}".contains($0) })
        if words.contains(where: { word in beginnings.contains { word.hasPrefix($0) && word.count >= $0.count + 8 } }) {
            return true
        }
        if words.contains(where: isRandom) { return true }
        return pairs(text).contains { isName($0) }
    }

    /// Arguments with what is secret in them replaced: the values of options with such names, and texts of such shapes.
    public static func redacted(_ arguments: [String]) -> [String] {
        var isNext = false
        return arguments.map { argument in
            defer { isNext = argument.hasPrefix("-") && !argument.contains("=") && isName(argument) }
            if isNext, !argument.hasPrefix("-") { return mark }
            if argument.hasPrefix("-") || isVariable(argument), let equals = argument.firstIndex(of: "=") {
                let name = argument[..<equals]
                let value = String(argument[argument.index(after: equals)...])
                return isName(String(name)) || isValue(value) ? "\(name)=\(mark)" : argument
            }
            return isValue(argument) ? mark : argument
        }
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return false }
        return text[..<equals].allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
    }

    /// `//user:password@host`.
    private static func hasPassword(_ text: String) -> Bool {
        for part in text.split(whereSeparator: { " \t\r\n,;\"'".contains($0) }) {
            guard let slashes = part.firstRange("//") else { continue }
            let authority = part[slashes.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") || authority[..<at].count >= 16 {
                return true
            }
        }
        return false
    }

    /// The names of `name=value` and `name: value` within a text, such as a query.
    private static func pairs(_ text: String) -> [String] {
        var names: [String] = []
        var name = ""
        for character in text {
            if character == "=" || character == ":" {
                if !name.isEmpty { names.append(name) }
                name = ""
            } else if character == "_" || character == "-" || character.isLetter || character.isNumber {
                name.append(character)
            } else if character != "\"", character != "'" {
                name = ""
            }
        }
        return names
    }

    /// At least 24 signs of letters and digits without a blank, mixed as only chance does; paths and versions are not.
    private static func isRandom(_ word: Substring) -> Bool {
        guard word.count >= 24, !word.contains("/"), !word.contains(".") else { return false }
        let signs = word.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard signs.count >= 24 else { return false }
        let digits = signs.count(where: \.isNumber)
        // Names of MIG instances and GPUs are identities, no secrets.
        if word.hasPrefix("GPU-") || word.hasPrefix("MIG-") { return false }
        let changes = zip(signs, signs.dropFirst()).count { kind($0) != kind($1) }
        return digits >= 2 && changes * 4 >= signs.count
    }

    private static func kind(_ sign: Character) -> Int { sign.isNumber ? 0 : sign.isUppercase ? 1 : 2 }
}

extension StringProtocol {
    func firstRange(_ other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }

    func has(_ other: String) -> Bool { firstRange(other) != nil }
}
