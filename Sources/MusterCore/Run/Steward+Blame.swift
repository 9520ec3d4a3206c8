extension Steward {
    /// What to tell of attempts whose agent said no more, when their element has ended: what was last seen of each, and who is
    /// not to blame where Slurm says that memory ran out.
    ///
    /// Slurm and the kernel can kill a step as a whole (`OOMKillStep`, `memory.oom.group`), with the agent in it, so nobody
    /// counts whose process it was. Of several jobs side by side those that held more than their share are to blame, or else
    /// the one that held most.
    ///
    /// - Parameters:
    ///   - open: The attempts of one element without an end.
    ///   - samples: The latest readings that agents wrote down.
    ///   - share: Memory that an attempt was given, in bytes.
    public static func lastSeen(
        _ open: [AttemptKey], samples: [Event], share: (AttemptKey) -> Int64?
    ) -> [EventBody] {
        var held: [AttemptKey: Int64] = [:]
        for sample in samples {
            guard case .sample(let key, _, let reading) = sample.body, open.contains(key), let rss = reading.rss else {
                continue
            }
            // A job may run several stages side by side.
            held[key, default: 0] += rss
        }
        let over = open.filter { key in share(key).map { held[key] ?? 0 > $0 } ?? false }
        let most = held.max { ($0.value, $1.key.job) < ($1.value, $0.key.job) }?.key
        let blamed = Set(over.isEmpty ? [most].compactMap { $0 } : over)
        return open.sorted { ($0.job, $0.generation, $0.restart) < ($1.job, $1.generation, $1.restart) }.map { key in
            let isExcused = !blamed.isEmpty && !blamed.contains(key)
            return .lastSeen(
                key, rss: held[key],
                excuse: isExcused
                    ? "its element was killed as a whole when memory ran out, and another job of it held more" : nil)
        }
    }

    /// The attempts of an element in one of its restarts that have no end.
    public static func openAttempts(of element: String, in state: RunState) -> [AttemptKey] {
        state.jobs.values.flatMap(\.attempts).filter { $0.key.element == element && $0.ending == nil }.map(\.key)
    }
}
