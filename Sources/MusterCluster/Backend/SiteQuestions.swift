import MusterCore
import MusterSlurm

/// All questions to a Slurm site as one script, and the answers taken apart again.
///
/// Each answer stands between two lines with a mark that no answer holds; what a program complained of comes behind its
/// answer. Where the controller says that no accounts are kept, or the cluster file does, sacctmgr is not called.
struct SiteQuestions {
    /// Random, so that no answer can hold it by chance.
    let mark: String
    /// Whether accounts are asked for.
    let asksAccounts: Bool

    /// Stands for the user's name until the script knows it.
    private static let userMark = "MUSTER-USER"

    /// For `/bin/sh`.
    var script: String {
        let all = SiteProbe.Question.allCases
        let accounts = all.filter { !$0.isUseful(after: SlurmConfiguration(parsing: Self.noAccounts)) }
        let rest = all.filter { $0 != .configuration && !accounts.contains($0) }
        let guarded = """
            if ! printf '%s\\n' "$conf" | grep -Eqi '^ *AccountingStorageType *= *(accounting_storage/none|\\(null\\)|) *$'; then
            \(accounts.map(call).joined(separator: "\n"))
            fi
            """
        return """
            LC_ALL=C; export LC_ALL
            u=$(id -un)
            conf=$(\(words(.configuration)) 2>&1); s=$?
            printf '%s user %s\\n' \(mark) "$u"
            printf '%s begin configuration\\n' \(mark)
            if [ $s = 0 ]; then printf '%s\\n' "$conf"; fi
            printf '\\n%s end %s\\n' \(mark) $s
            if [ $s != 0 ]; then printf '%s\\n' "$conf"; printf '\\n%s over\\n' \(mark); exit 0; fi
            printf '\\n%s over\\n' \(mark)
            exec 3>&1
            \(rest.map(call).joined(separator: "\n"))
            \(asksAccounts ? guarded : "")
            exit 0
            """
    }

    /// A controller that keeps no accounts.
    private static let noAccounts = "AccountingStorageType = accounting_storage/none"

    private func call(_ question: SiteProbe.Question) -> String {
        """
        printf '%s begin \(question.rawValue)\\n' \(mark)
        e=$({ \(words(question)) 1>&3; } 2>&1); s=$?
        printf '\\n%s end %s\\n%s\\n%s over\\n' \(mark) $s "$e" \(mark)
        """
    }

    private func words(_ question: SiteProbe.Question) -> String {
        question.arguments(user: Self.userMark).map { word in
            let parts = word.split(separator: Self.userMark, omittingEmptySubsequences: false)
            return parts.map { $0.isEmpty && parts.count > 1 ? "" : ShellWord.quote(String($0)) }
                .joined(separator: "\"$u\"")
        }.joined(separator: " ")
    }

    /// The user's name there and the answers that came whole.
    func answers(_ output: [UInt8]) -> (user: String, answers: [SiteProbe.Question: SiteProbe.Answer]) {
        var user = ""
        var answers: [SiteProbe.Question: SiteProbe.Answer] = [:]
        var open: (question: SiteProbe.Question, answer: SiteProbe.Answer)?
        var since = output.startIndex
        // A line's end was put before each mark, so that what stood before it is taken back byte by byte.
        func text(until end: Int) -> String { String(decoding: output[since..<max(since, end - 1)], as: UTF8.self) }
        for (start, words, next) in marks(output) {
            switch words.first {
            case "user": user = words.dropFirst().first ?? ""
            case "begin":
                open = words.dropFirst().first.flatMap(SiteProbe.Question.init(rawValue:)).map {
                    ($0, SiteProbe.Answer(output: ""))
                }
            case "end":
                open?.answer.output = text(until: start)
                open?.answer.exitStatus = words.dropFirst().first.flatMap { Int($0) } ?? 1
            default:
                open?.answer.errors = text(until: start)
                if let open { answers[open.question] = open.answer }
                open = nil
            }
            since = next
        }
        return (user, answers)
    }

    /// The lines that begin with the mark: where each begins, its words behind the mark, and where the next line begins.
    private func marks(_ output: [UInt8]) -> [(start: Int, words: [String], next: Int)] {
        let beginning = Array("\(mark) ".utf8)
        var found: [(Int, [String], Int)] = []
        var start = output.startIndex
        while start < output.endIndex {
            let end = output[start...].firstIndex(of: UInt8(ascii: "\n")) ?? output.endIndex
            let line = output[start..<end]
            let next = min(end + 1, output.endIndex)
            if line.starts(with: beginning) {
                let rest = String(decoding: line.dropFirst(beginning.count), as: UTF8.self)
                found.append((start, rest.split(separator: " ").map { String($0) }, next))
            }
            start = next
        }
        return found
    }
}
