/// Whether a line of a program's output looks like an error.
enum ErrorWords {
    /// It names an error.
    case error
    /// It may be one where no other line is: what launchers repeat, and words that stand in harmless lines too.
    case hint
    /// It does not.
    case none

    init(line: Substring) {
        let low = line.lowercased()
        if Self.beside.contains(where: low.hasPrefix) {
            self = .none
            return
        }
        let isEcho = Self.echoes.contains { low.hasPrefix($0) }
        if !isEcho, !Self.harmless.contains(where: low.contains) {
            let words = line.split(whereSeparator: \.isWhitespace)
            if Self.phrases.contains(where: low.contains) || Self.namesError(words) {
                self = .error
                return
            }
        }
        self = isEcho || Self.hints.contains(where: low.contains) ? .hint : .none
    }

    /// `error: ...`, `main.c:3: fatal: ...`, `[ERROR] ...`, `ValueError: ...`, `java.lang.NullPointerException`.
    private static func namesError(_ words: [Substring]) -> Bool {
        for (index, word) in words.enumerated() {
            let bare = word.drop { "[(<*".contains($0) }
            let name = bare.prefix { !":])>*,".contains($0) }
            let hasColon = bare.dropFirst(name.count).contains(":")
            let rest = words.dropFirst(index + 1).first
            let low = name.lowercased()
            if hasColon, ["error", "fatal", "panic", "critical"].contains(low) {
                // `error: 0.013` is what a program measures.
                return rest.map { Double($0) == nil } ?? true
            }
            if ["ERROR", "FATAL", "CRITICAL"].contains(name), hasColon || index < 5 { return rest != nil }
            let isName = name.hasSuffix("Error") || name.hasSuffix("Exception")
            // The kinds of languages have a name before: `ValueError`. The bare word only begins a line.
            if isName, index == 0 || hasColon && name.count > 9 { return true }
        }
        return false
    }

    /// Lower case.
    private static let phrases = [
        "segmentation fault", "terminate called", "cuda error", "cuda out of memory", "hip error", "out of memory",
        "assertion failed", "assertion `", "bus error", "illegal instruction", "floating point exception",
        "undefined symbol", "command not found", "error while loading shared libraries", "core dumped",
        "stack smashing detected", "double free or corruption", "no space left on device", "exception in thread",
        "unhandled exception", "uncaught exception", "fatal error", "panicked at",
    ]

    /// What srun, make and a shell say about a program that has spoken for itself.
    private static let echoes = ["srun: ", "slurmstepd", "make: ***", "make["]

    /// What says itself that it is none, and a shell's trace.
    private static let beside = ["warning", "hint:", "+ "]

    private static let harmless = ["0 errors", "no errors", "no error", "without error", "error rate", "warning:"]

    private static let hints = [
        "error", "failed", "cannot ", "can't ", "could not ", "no such file", "permission denied", "not found",
        "killed", "aborted", "exception",
    ]
}
