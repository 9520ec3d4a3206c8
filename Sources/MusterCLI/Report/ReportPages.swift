import MusterCluster
import MusterCore
import MusterHistory
import MusterWeb

/// Reports for the web pages: the document of `muster report`, part by part. Nothing is written and nobody is asked how the
/// run goes; where jobs have several sizes its folder is read to tell which has which.
actor ReportPages: ReportSource {
    private let history: History
    /// What the folders of runs told last, and when.
    private var books: [String: (book: ClaimBook, read: ContinuousClock.Instant)] = [:]
    private var reading: [String: Task<ClaimBook, any Error>] = [:]
    /// A run that goes on may hand out further sizes: its folder is read anew after this time.
    private static let fresh = Duration.seconds(60)

    init(_ history: History) { self.history = history }

    func report(of run: RunSummary) async throws -> ReportText {
        var (book, note): (ClaimBook?, String?)
        if try !RunReports.hasOneSize(run, history) {
            do {
                book = try await self.book(of: run)
                if book == nil { note = "Which job has which size is not here yet; it lies on \(run.cluster)." }
            } catch {
                note = "Which job has which size can't be read: \(error)"
            }
        }
        let document = ReportDocument(try RunReports.report(of: run, in: history, book: book)).document
        return ReportText(
            title: document.title,
            parts: (note.map { [.paragraph($0)] } ?? [])
                + document.parts.map { part in
                    switch part {
                    case .heading(let text): .heading(text)
                    case .paragraph(let text): .paragraph(text)
                    case .table(let header, let rows, let right): .table(header: header, rows: rows, right: right)
                    case .list(let items): .list(items)
                    case .code(let lines): .code(lines)
                    }
                })
    }

    /// Blocks and classes of a run; nil where they are not here soon.
    private func book(of run: RunSummary) async throws -> ClaimBook? {
        if let known = books[run.run], run.ended != nil || ContinuousClock.now - known.read < Self.fresh {
            return known.book
        }
        let task = reading[run.run] ?? read(run)
        return try await Patience.wait(for: task, atMost: .seconds(5)) ?? books[run.run]?.book
    }

    private func read(_ run: RunSummary) -> Task<ClaimBook, any Error> {
        let task = Task {
            defer { reading[run.run] = nil }
            let record = try await RunRecord.open(run.run)
            let book = try await ClaimBook.read(record.paths, on: record.site.host)
            if books.count >= 16 { books = [:] }
            books[run.run] = (book, .now)
            return book
        }
        reading[run.run] = task
        return task
    }
}
