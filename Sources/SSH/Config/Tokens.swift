/// The `%` tokens and `${NAME}` variables of ssh_config(5).
struct Tokens {
    /// What each token stands for; `%%` always stands for a percent sign.
    let values: [Character: String]
    /// The variables that `${NAME}` reads; nil where a value takes none.
    let variables: [String: String]?

    func expand(_ text: String, at place: Place) throws(ConfigMistake) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "%" {
                result += try value(of: rest.popFirst(), in: text, at: place)
            } else if character == "$", rest.first == "{", let variables {
                guard let end = rest.firstIndex(of: "}") else {
                    throw ConfigMistake(place, "'${' without '}' in '\(text)'")
                }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                guard let value = variables[name] else {
                    throw ConfigMistake(place, "the environment variable \(name) is not set")
                }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
            }
        }
        return result
    }

    private func value(of token: Character?, in text: String, at place: Place) throws(ConfigMistake) -> String {
        guard let token else { throw ConfigMistake(place, "'\(text)' ends in a lone %; a percent sign is written %%") }
        if token == "%" { return "%" }
        guard let value = values[token] else { throw ConfigMistake(place, "%\(token) is not known in '\(text)'") }
        return value
    }
}
