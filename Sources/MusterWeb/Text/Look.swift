import MusterCore

/// How outcomes look: a class of the style sheet, and a sign, so that nobody needs to tell colours apart.
enum Look {
    /// The class for what stands where.
    static func style(_ standing: Standing, isCached: Bool = false) -> String {
        if isCached { return "cached" }
        switch standing {
        case .planned, .submitted, .queued: return "waiting"
        case .running: return "running"
        case .ended(let outcome): return outcome.rawValue.split(separator: "_").joined(separator: "-")
        }
    }

    /// The class of an outcome's word; words that are none wait.
    static func style(_ word: String) -> String { Standing(word).map { style($0) } ?? "waiting" }

    /// One letter or sign.
    static func sign(_ standing: Standing, isCached: Bool = false) -> String {
        if isCached { return "=" }
        switch standing {
        case .planned, .submitted, .queued: return ""
        case .running: return "▸"
        case .ended(let outcome):
            switch outcome {
            case .succeeded: return ""
            case .partial: return "½"
            case .failed: return "×"
            case .killed: return "K"
            case .timeout: return "T"
            case .preempted: return "P"
            case .cancelled: return "–"
            case .lost: return "?"
            case .oomHost: return "M"
            case .oomGPU: return "G"
            case .nodeFailed: return "N"
            }
        }
    }

    /// What stands where, in the order in which pages count it.
    static func rank(_ standing: Standing) -> Int {
        switch standing {
        case .ended(.succeeded): 0
        case .ended(.partial): 1
        case .running: 90
        case .queued: 91
        case .submitted: 92
        case .planned: 93
        case .ended(let outcome): 2 + (Outcome.allCases.firstIndex(of: outcome) ?? 0)
        }
    }
}
