public import MusterHistory

/// A report in parts, apart from how it is written down.
public struct ReportText: Equatable, Sendable {
    /// What it is about.
    public var title: String
    /// Its parts in their order.
    public var parts: [Part]

    /// Gathers the parts.
    public init(title: String, parts: [Part]) { (self.title, self.parts) = (title, parts) }

    /// A part.
    public enum Part: Equatable, Sendable {
        case heading(String)
        case paragraph(String)
        /// Cells in columns; those of `right` are figures.
        case table(header: [String], rows: [[String]], right: Set<Int>)
        case list([String])
        /// Lines to be typed or written as they are.
        case code([String])
    }
}

/// Where the pages get a run's report from: what stands in it is decided where `muster report` is.
public protocol ReportSource: Sendable {
    /// What the run did and what it cost, as far as the history knows.
    func report(of run: RunSummary) async throws -> ReportText
}
