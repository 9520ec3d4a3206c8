import ArgumentParser
import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

struct WhenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whence",
        abstract: "Tell what made a file, and from what: by its content, whatever it is called now.",
        discussion: """
            Exit status 1 when nothing is known of it. A file whose content was never recorded is looked for in the \
            results of runs that lie on this machine: by its place, then by its size and content.
            """)
    @Argument(help: "A file or a folder.") var file: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() throws {
        let path = Places.absolute(file)
        guard FileManager.default.fileExists(atPath: path) else { throw ExitStatus.usage("there is no '\(file)'") }
        let history = try RunRecord.openHistory()
        guard let content = try FileSums.uses(at: path).first else { return }
        let findings = try Whence(history: history).find(content)
        if json {
            Terminal.print(try findings.json(history).line)
        } else {
            Terminal.print("\(file)  sha256 \(content.sha256)  \(ByteCount(content.size))")
            for line in try findings.lines(history) { Terminal.print(line.visible) }
        }
        if findings.isEmpty { throw ExitStatus.someFailed }
    }
}
