import MusterCore
import MusterHistory

/// What a person looks at: the pane, the chosen job, the filter, a question that is open.
struct WatchView: Sendable {
    enum Pane: Equatable, Sendable { case jobs, nodes, failures, job, log, help }

    /// What is to be done about keys beyond the view itself.
    enum Action: Equatable, Sendable {
        case leave, suspend, redraw
        /// Jobs by their numbers in the table.
        case cancel([Int]), retry([Int])
        /// The log of the job at this place of the model.
        case log(Int)
    }

    /// A question that `y` answers.
    struct Question: Equatable, Sendable {
        var words: String
        var action: Action
    }

    var pane = Pane.jobs
    /// The chosen job's place in the model.
    var selected: Int?
    /// First row that is seen, of each kind of pane.
    var top = 0, textTop = 0
    var filter = "", isTyping = false
    /// By standing: what runs and what failed first. Else as the table counts.
    var isByStanding = true
    var question: Question?
    /// Lines of the log pane; whether its end is followed.
    var log: [String] = [], isFollowing = true
    /// What was said last.
    var note = ""
    /// Places of the jobs that are shown, in order.
    private(set) var shown: [Int] = []

    /// Takes a new model, filter or order into account.
    mutating func refresh(_ model: WatchModel) {
        let words = filter.lowercased().split(separator: " ")
        let places = model.jobs.indices
        let found =
            words.isEmpty
            ? Array(places)
            : places.filter { place in
                let job = model.jobs[place]
                let state = WatchRow.state(job, isHeld: model.held.contains(job.index))
                let text = "\(job.id) \(job.standing) \(state) \(job.attempts.last?.node ?? "")".lowercased()
                return words.allSatisfy { text.contains($0) }
            }
        shown =
            isByStanding
            ? (0...5).flatMap { rank in found.filter { WatchModel.rank(model.jobs[$0].standing) == rank } } : found
        if selected.map({ !shown.contains($0) }) ?? true { selected = shown.first }
    }

    /// The chosen job's row among those shown.
    var row: Int? { selected.flatMap { shown.firstIndex(of: $0) } }

    /// Scrolls so that the chosen row is among `rows` that are seen.
    mutating func reveal(rows: Int) {
        guard let row, rows > 0 else { return }
        top = min(max(top, row - rows + 1), row)
        top = max(0, min(top, shown.count - rows))
    }
}
