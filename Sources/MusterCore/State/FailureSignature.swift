/// What makes failures the same: the outcome, the stage, how its program ended, and its last line without what differs
/// from job to job.
public struct FailureSignature: Hashable, Sendable {
    /// The outcome.
    public var outcome: Outcome
    /// The stage that did not succeed.
    public var stage: String
    /// Its exit code or signal.
    public var exit: String
    /// Its last line, normalised.
    public var line: String

    /// The signature of an attempt that ended without success; nil while it has no end, or succeeded.
    public init?(_ attempt: AttemptState) {
        guard let ending = attempt.ending, ending.outcome != .succeeded else { return nil }
        outcome = ending.outcome
        stage = attempt.stages.last { $0.ending.map { $0.outcome != .succeeded } ?? false }?.name ?? ""
        exit = ending.signal.map { "signal \($0)" } ?? ending.exitCode.map { "exit code \($0)" } ?? ""
        let lines = (ending.tail ?? "").split { $0.isNewline || $0 == "\r" }
        line = lines.last { !$0.allSatisfy(\.isWhitespace) }.map { Self.normalised($0) } ?? ""
    }

    /// Makes a signature.
    public init(outcome: Outcome, stage: String, exit: String, line: String) {
        self.outcome = outcome
        self.stage = stage
        self.exit = exit
        self.line = line
    }

    /// A line with `N` for numbers, `HEX` for what is hexadecimal, `PATH` for words with slashes, and single blanks.
    public static func normalised(_ line: some StringProtocol) -> String {
        let words = line.split(whereSeparator: \.isWhitespace).prefix(60)
        return words.map { String(word(String($0)).prefix(80)) }.joined(separator: " ")
    }

    private static func word(_ word: String) -> String {
        var out = ""
        var run: [Character] = []
        func flush() {
            out += piece(run)
            run = []
        }
        for character in word {
            // Quotes, brackets and punctuation around a word are kept, so that a path in quotes is found.
            if "'\"`()[]{}<>,;:=!?".contains(character) {
                flush()
                out.append(character)
            } else {
                run.append(character)
            }
        }
        flush()
        return out
    }

    private static func piece(_ run: [Character]) -> String {
        if run.contains("/") { return run.count > 1 ? "PATH" : "/" }
        let low = String(run).lowercased()
        let digits = low.hasPrefix("0x") ? low.dropFirst(2) : low[...]
        let isHex = digits.allSatisfy { $0.isASCII && $0.isHexDigit }
        if !digits.isEmpty, isHex, low.hasPrefix("0x") || digits.count >= 8 && digits.contains(where: \.isNumber) {
            return digits.allSatisfy(\.isNumber) && !low.hasPrefix("0x") ? "N" : "HEX"
        }
        var out = ""
        var isInNumber = false
        for character in run {
            if character.isASCII, character.isNumber {
                if !isInNumber { out.append("N") }
                isInNumber = true
            } else if isInNumber, character == "." {
                continue
            } else {
                isInNumber = false
                out.append(character)
            }
        }
        return out
    }

    /// For people: `failed in stage 'one', exit code 7: no good`.
    public var text: String {
        var text = outcome.rawValue
        if !stage.isEmpty { text += " in stage '\(stage)'" }
        if !exit.isEmpty { text += ", \(exit)" }
        return line.isEmpty ? text : text + ": \(line)"
    }
}
