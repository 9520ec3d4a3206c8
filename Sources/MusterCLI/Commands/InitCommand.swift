import ArgumentParser
import Foundation
import MusterConfig
import MusterCore

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a first sweep.yaml that runs as it is, from what lies in a folder.",
        discussion: """
            Folders with metadata.json are scenes of cellpipe, folders with outputs/color those of My3DIS, TIFF files films \
            for cellpipe; other folders or files are scenes for the program that --command names. In an empty folder a \
            small data set is made.
            """)
    @Argument(help: "The folder.") var folder = "."
    @Option(help: "The program for a scene, a line for bash such as 'prog {scene.path} --output {output_dir}'.")
    var command: String?
    @Option(help: "A pipeline by name or path instead.") var pipeline: String?
    @Option(help: "Where to run.") var cluster = "local"
    @Option(help: "The sweep's name; else the folder's.") var name: String?
    @Flag(help: "Make a small data set to try things with.") var demo = false
    @Flag(help: "Replace a sweep.yaml that is there.") var force = false
    @Flag(name: .customLong("print"), help: "Print the config; write and make nothing.") var isPrinted = false

    func validate() throws {
        if command != nil, pipeline != nil { throw ValidationError("--command and --pipeline can't stand together") }
    }

    func run() async throws {
        let path = Places.absolute(folder)
        let file = "\(path)/sweep.yaml"
        if !isPrinted, !force, FileManager.default.fileExists(atPath: file) {
            throw ExitStatus.usage(
                "\(shown) is there already\n  to replace it: --force; to see what would be written: --print")
        }
        let draft = try await draft(path)
        let text = try draft.text()
        let found = Draft.mistakes(of: text, in: path)
        guard found.isEmpty else { throw ExitStatus.config(found.map(\.text).joined()) }
        if isPrinted { return Terminal.print(String(text.dropLast())) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if draft.isDemo { try await DemoData.make(in: "\(path)/\(draft.data.root)") }
        try Data(text.utf8).write(to: URL(filePath: file), options: force ? .atomic : .withoutOverwriting)
        say(draft)
    }

    private func draft(_ path: String) async throws -> Draft {
        let top = Listing(reading: path)
        var below: [String: Listing] = [:]
        for inner in top.folders { below[inner.name] = Listing(reading: "\(path)/\(inner.name)") }
        let isEmpty = below.values.allSatisfy(\.isEmpty) && top.files.allSatisfy { $0 == "sweep.yaml" }
        let found = demo ? nil : DataSet.find(top, below: below)
        guard let data = found ?? (demo || isEmpty ? DemoData.set(root: Self.free(top)) : nil) else {
            throw ExitStatus.usage(
                "nothing in '\(folder)' looks like scenes: no folders, no films, no data files\n"
                    + "  name the folder where they lie: muster init FOLDER; or try with made-up data: muster init --demo"
            )
        }
        let isDemo = found == nil
        let first = "\(Places.absolute(data.root, below: path))/\(data.scenes[0])"
        let frames = isDemo ? DemoData.frames : data.isForCellpipe ? try await Film.frames(of: first) : nil
        return Draft(
            folder: path, data: data, isDemo: isDemo, name: try sweepName(path),
            pipeline: pipeline(data, isFilm: frames != nil || DemoData.program == nil), cluster: clusterName,
            frames: frames)
    }

    /// A folder for made-up data that is not there.
    private static func free(_ top: Listing) -> String {
        let taken = Set(top.folders.map(\.name) + top.files)
        return (["data"] + (1...1000).map { "demo-data-\($0)" }).first { !taken.contains($0) } ?? "demo-data"
    }

    private func sweepName(_ path: String) throws -> String {
        guard let name else { return Draft.name(of: path) }
        guard !name.isEmpty, !name.contains(where: { $0.isWhitespace || "/,".contains($0) }) else {
            throw ExitStatus.usage("--name '\(name)' can't be: a name has no blanks, commas or slashes")
        }
        return name
    }

    /// A path is meant from the working folder, not from the config's.
    private var clusterName: String {
        cluster.contains("/") || cluster.hasSuffix(".yaml") ? Places.absolute(cluster) : cluster
    }

    private func pipeline(_ data: DataSet, isFilm: Bool) -> SweepText.Pipeline {
        if let command { return .command(command) }
        if let pipeline {
            guard pipeline.contains("/") || pipeline.hasSuffix(".yaml") else { return .preset(pipeline) }
            return .preset(Places.absolute(pipeline))
        }
        switch data.kind {
        case .cellpipe: return .preset("cellpipe")
        case .my3dis: return .preset("my3dis")
        case .tiffs: return isFilm ? .preset("cellpipe") : .listing
        case .folders, .files: return .listing
        }
    }

    /// The config as one would name it here.
    private var shown: String {
        if folder == "." { return "sweep.yaml" }
        return "\(folder.hasPrefix("-") ? "./" : "")\(folder)\(folder.hasSuffix("/") ? "" : "/")sweep.yaml"
    }

    private func say(_ draft: Draft) {
        if draft.isDemo {
            Terminal.complain("made \(draft.data.scenes.count) scenes of made-up cells in '\(draft.data.root)'")
        }
        let count = "\(draft.data.scenes.count) scene\(draft.data.scenes.count == 1 ? "" : "s")"
        let of = draft.data.root == "." ? "" : " in '\(draft.data.root)'"
        Terminal.complain("wrote \(shown): \(count)\(of), on '\(draft.cluster)'")
        if draft.pipeline == .listing {
            Terminal.complain(
                "no program is known for them, so each is only listed: put yours under 'pipeline', or say --command")
        }
        if case .preset("cellpipe") = draft.pipeline, !DemoData.isInPath, let program = DemoData.program {
            let bin = ShellWord.quote(URL(filePath: program).deletingLastPathComponent().path)
            Terminal.print("export PATH=\(bin):\"$PATH\"")
        }
        if let host = try? draft.host() {
            Terminal.complain(
                "the data must lie at \(Places.absolute(draft.data.root, below: draft.folder)) on \(host) too")
        }
        let word = ShellWord.quote(shown)
        Terminal.print("muster check \(word)\nmuster run \(word)")
    }
}
