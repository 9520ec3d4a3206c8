import MusterHistory
import MusterWeb

/// Reports for the web pages: the document of `muster report --offline`, part by part.
struct ReportPages: ReportSource {
    func report(of run: RunSummary) async throws -> ReportText {
        let document = ReportDocument(try await RunReports.make(run.run, offline: true)).document
        return ReportText(
            title: document.title,
            parts: document.parts.map { part in
                switch part {
                case .heading(let text): .heading(text)
                case .paragraph(let text): .paragraph(text)
                case .table(let header, let rows, let right): .table(header: header, rows: rows, right: right)
                case .list(let items): .list(items)
                case .code(let lines): .code(lines)
                }
            })
    }
}
