/// The reference and the JSON schema of configs and cluster files, made from what the readers know.
public enum Reference {
    /// The files that have one.
    public enum File: String, CaseIterable, Sendable {
        /// A sweep's config.
        case sweep
        /// A pipeline's preset.
        case pipeline
        /// A cluster file.
        case cluster
        /// A config of My3DIS.
        case my3dis

        var section: Section {
            switch self {
            case .sweep: .sweep
            case .pipeline: .pipeline
            case .cluster: .cluster
            case .my3dis: .my3dis
            }
        }
    }

    /// `text` with every table between `<!-- keys of SECTION -->` and `<!-- end -->` made anew, and the names of sections
    /// that have no place in it.
    public static func rewritten(_ text: String) -> (text: String, missing: [String]) {
        var out: [Substring] = []
        var missing = all.map(\.name)
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isInside {
                guard line == "<!-- end -->" else { continue }
                isInside = false
            }
            out.append(line)
            guard line.hasPrefix(opening), line.hasSuffix(" -->") else { continue }
            let name = line.dropFirst(opening.count).dropLast(4)
            guard let section = all.first(where: { $0.name == name }) else { continue }
            missing.removeAll { $0 == name }
            isInside = true
            out.append(Substring(table(section)))
        }
        return (out.joined(separator: "\n"), missing)
    }

    private static let opening = "<!-- keys of "

    /// All sections of all files, each once, outer ones first.
    static var all: [Section] { sections(from: File.allCases.map(\.section)) }

    /// The sections that these lead to, and these.
    static func sections(from roots: [Section]) -> [Section] {
        var found: [Section] = []
        func visit(_ section: Section) {
            guard !found.contains(where: { $0.name == section.name }) else { return }
            found.append(section)
            for key in section.keys { key.kind.sections.forEach(visit) }
            section.others?.sections.forEach(visit)
        }
        roots.forEach(visit)
        return found
    }

    private static func table(_ section: Section) -> String {
        var lines = [section.meaning, "", "| key | type | default | meaning |", "|---|---|---|---|"]
        for key in section.keys {
            let fallback = key.fallback.isEmpty || key.isRequired ? key.fallback : "`\(key.fallback)`"
            lines.append("| `\(key.name)` | \(escaped(key.kind.words)) | \(fallback) | \(escaped(key.meaning)) |")
        }
        if let others = section.others { lines.append("| `NAME` | \(escaped(others.words)) | | of your own choice |") }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
