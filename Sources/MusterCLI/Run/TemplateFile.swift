import Foundation
import MusterScript

/// Script templates as files.
enum TemplateFile {
    /// Reads the template `name`, muster's own for nil, with those that it extends.
    static func read(_ name: String?, project: String) throws -> ScriptTemplate {
        func source(_ name: String, behind file: String? = nil) -> ScriptTemplate.Source? {
            Places.find(name, in: "templates", suffix: ".stencil", project: project, behind: file).flatMap { file in
                FileManager.default.contents(atPath: file).map { (String(decoding: $0, as: UTF8.self), file) }
            }
        }
        let name = name ?? "slurm.sh"
        guard let (text, file) = source(name) else {
            throw ExitStatus.config(
                "error: there is no script template '\(name)'\n  sought as templates/\(name).stencil in: \(Places.search(project: project).joined(separator: ", "))"
            )
        }
        // A template that extends the one of its own name builds on the next of that name, in the end muster's.
        return try ScriptTemplate(text: text, file: file) { base in source(base, behind: base == name ? file : nil) }
    }
}
