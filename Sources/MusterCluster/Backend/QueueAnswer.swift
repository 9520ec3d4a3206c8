import MusterCore
import MusterSlurm

/// The answer of squeue that all of a user's runs on a cluster share: one call serves them all, from whichever machine they
/// are watched, and nobody asks again before it has grown old.
///
/// It stands in `queue/answer` of the workdir. squeue answers for all of the user's jobs anyway, since that is what the
/// controller can filter.
struct QueueAnswer {
    /// The folder of the answer, and those of a run's submissions.
    let folder: String, submissions: String
    /// An answer that is no older than this many seconds serves.
    let age: Int64

    init(paths: RunPaths, age: Int64) {
        folder = paths.queue
        submissions = paths.submissions
        self.age = max(0, age)
    }

    /// A remote command whose first line says `shared` or `asked`; squeue's own output stands behind it, with its status.
    ///
    /// An answer serves that is younger than `age` and than all submissions of the run: an older one can't know them. Whoever
    /// has to ask holds a lock meanwhile, so that others find the answer then; where the file system has no locks, two may ask.
    func script(_ squeue: [String]) -> String {
        let words = squeue.map { ShellWord.quote($0) }.joined(separator: " ")
        return """
            mkdir -p -m 700 -- \(ShellWord.quote(folder)) && cd -- \(ShellWord.quote(folder)) || exit 98
            exec 9>lock; flock -w 50 9 2>/dev/null
            fresh=$(find answer -newermt '-\(age) seconds' 2>/dev/null)
            for id in \(ShellWord.quote(submissions))/*/id; do [ ! -e "$id" ] || [ answer -nt "$id" ] || fresh=; done
            if [ -n "$fresh" ]; then echo shared; cat answer; exit 0; fi
            \(words) >answer.$$; s=$?
            if [ $s = 0 ]; then mv -f answer.$$ answer; echo asked; cat answer; else rm -f answer.$$; echo asked; fi
            exit $s
            """
    }

    /// What came back: whether squeue was started, and its output.
    static func read(_ text: String) -> (asked: Bool, output: String) {
        let line = text.prefix { $0 != "\n" }
        return (line != "shared", String(text.dropFirst(line.count + 1)))
    }
}
