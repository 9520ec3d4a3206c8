import ArgumentParser
import Foundation
import MusterConfig
import MusterCore

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at configs and at what may stand in them.",
        subcommands: [ConfigShowCommand.self, ConfigSchemaCommand.self, ConfigReferenceCommand.self])
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a config with all that it builds on.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Say behind each value which file and line it comes from.") var origin = false
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
        let (result, _) = try LoadedConfig.read(options.config, settings: options.settings, options: options)
        let text = result.found.map(\.text).joined()
        guard let resolved = result.resolved else { throw ExitStatus.config(text) }
        Terminal.print(json ? resolved.json.line : String(resolved.yaml(origin: origin).dropLast()))
        // A config with mistakes is shown too: one may want to see where they come from.
        if result.spec == nil { throw ExitStatus.config(text) }
        if !text.isEmpty { Terminal.complain(text) }
    }
}

struct ConfigSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON schema of configs, pipelines or cluster files, for editors.")
    @Argument(help: "sweep, pipeline, cluster or my3dis.", transform: Self.file) var file: Reference.File = .sweep

    private static func file(_ text: String) throws -> Reference.File {
        guard let file = Reference.File(rawValue: text) else {
            let names = Reference.File.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no schema '\(text)'; one of: \(names)")
        }
        return file
    }

    func run() throws { Terminal.print(Reference.schema(of: file).pretty) }
}

/// For those who change the readers: docs/config.md is made from what they know.
struct ConfigReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Make the tables of keys in a Markdown file anew.", shouldDisplay: false)
    @Argument(help: "The file.") var file: String

    func run() throws {
        let path = Places.absolute(file)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Reference.rewritten(text).text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
