/// Readers of single values; each names the place and what was expected.
extension ConfigEvaluation.Value {
    func integer(in range: ClosedRange<Int>) throws(ConfigMistake) -> Int {
        guard let number = Int(first), range.contains(number) else {
            throw ConfigMistake(
                place, "'\(first)' is no whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag() throws(ConfigMistake) -> Bool {
        switch first.lowercased() {
        case "yes", "true": return true
        case "no", "false": return false
        default: throw ConfigMistake(place, "'\(first)' is neither yes nor no")
        }
    }

    /// A time as sshd_config(5) writes it: `90`, `90s`, `1m30s`, `2h`; nil for `none` and for zero.
    func duration() throws(ConfigMistake) -> Duration? {
        if first.lowercased() == "none" { return nil }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        var total = 0
        var digits = ""
        for character in first.lowercased() + "s" {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else if let unit = units[character], let number = Int(digits), number < 1_000_000 {
                total += number * unit
                digits = ""
            } else if !(character == "s" && digits.isEmpty && total > 0) {
                throw ConfigMistake(place, "'\(first)' is no time such as 30 or 1m30s")
            }
        }
        return total == 0 ? nil : .seconds(total)
    }

    /// The hops of a ProxyJump value: `[user@]host[:port]`, separated by commas, or `none`.
    func jumps() throws(ConfigMistake) -> [Jump] {
        if first.lowercased() == "none" { return [] }
        var jumps: [Jump] = []
        for part in arguments.joined().split(separator: ",", omittingEmptySubsequences: false) {
            jumps.append(try jump(String(part)))
        }
        return jumps
    }

    private func jump(_ text: String) throws(ConfigMistake) -> Jump {
        var rest = text.hasPrefix("ssh://") ? text.dropFirst(6) : text[...]
        var jump = Jump(host: "")
        if let at = rest.lastIndex(of: "@") {
            jump.user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            jump.host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else {
            jump.host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(jump.host.count)
        }
        if rest.first == ":" {
            guard let port = Int(rest.dropFirst()), (1...65535).contains(port) else {
                throw ConfigMistake(place, "'\(text)' has no valid port after the colon")
            }
            jump.port = port
        } else if !rest.isEmpty {
            throw ConfigMistake(place, "'\(text)' is not [user@]host[:port]")
        }
        guard !jump.host.isEmpty, jump.user != "" else {
            throw ConfigMistake(place, "'\(text)' is not [user@]host[:port]")
        }
        return jump
    }
}
