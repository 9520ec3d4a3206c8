/// The rows of a table that one of Slurm's programs has printed.
public struct SlurmRows<Row: Sendable>: Sendable {
    /// What could be read, in the printed order.
    public let rows: [Row]
    /// Lines that are no rows: a site's greeting, a row cut short, a row whose id is not understood.
    public let skipped: [String]
    /// False when the output broke off inside of a line, so that rows may be missing. Nothing may then be
    /// concluded from a job's absence. The text must come as it was received: with its last line end.
    public let isWhole: Bool

    /// A line without any delimiter is no row at all; `read` may refuse one that has too few fields.
    static func parse(_ text: String, _ read: (Fields) -> Row?) -> Self {
        var (lines, isWhole) = Text.lines(text)
        var skipped: [String] = []
        if !isWhole, let torn = lines.popLast() { skipped.append(String(torn)) }
        var rows: [Row] = []
        for line in lines where !line.isEmpty {
            let fields = Fields(all: Text.split(line, at: Text.unitSeparator))
            if fields.all.count > 1, let row = read(fields) {
                rows.append(row)
            } else {
                skipped.append(String(line))
            }
        }
        return Self(rows: rows, skipped: skipped, isWhole: isWhole)
    }

    /// One line's fields. A missing one reads as empty.
    struct Fields {
        let all: [Substring]

        subscript(index: Int) -> Substring { index < all.count ? all[index] : "" }

        /// Everything from this field on, delimiters included: free text that stands last.
        func rest(from index: Int) -> String? {
            index < all.count ? all[index...].joined(separator: "\u{1F}") : nil
        }
    }
}

/// Settings that make Slurm's programs print what a program can read, put before each of them.
enum SlurmEnvironment {
    /// Seconds since 1970 instead of local time without a zone, and index lists without "...".
    static let prefix = ["env", "SLURM_TIME_FORMAT=%s", "SLURM_BITSTR_LEN=0"]
}
