import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

extension DatasetCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a folder as a data set, in the version 1.0.0. All of its files are read.")
        @Argument(help: "Its name.") var name: String
        @Argument(help: "The folder of its scenes.") var folder: String
        @Option(help: "What it is.") var description = ""
        @Option(help: "The cluster on which the folder lies.") var on: String?

        func run() async throws {
            let name = try DatasetText.name(name)
            let history = try RunRecord.openHistory()
            if let known = try history.datasets().first(where: { $0.entry.name == name }) {
                throw ExitStatus.usage(
                    "there is the data set '\(known.entry.reference)' already\n  a new version of it: muster dataset update \(name) FOLDER"
                )
            }
            let place = try await DatasetPlace.find(folder, on: on)
            let content = try await DatasetLook(place: place).content()
            let registration = DatasetRegistration(history: history, place: place)
            try registration.register(
                registration.entry(name, .first, content, description: description), content)
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register what a folder holds now as a new version.",
            discussion: """
                Which part of the version grows follows from what changed: the first where files are gone or others, \
                the second where there are more, the third for another description. A greater step may be asked for.
                """)
        @Argument(help: "The data set's name.") var name: String
        @Argument(help: "The folder of its scenes.") var folder: String
        @Option(help: "What it is; without it what it was.") var description: String?
        @Option(help: "The cluster on which the folder lies.") var on: String?
        @Option(help: "Which part of the version is to grow: major, minor or patch.") var step: String?

        func run() async throws {
            let asked = try step.map { word in
                guard let step = DatasetStep(rawValue: word) else {
                    throw ExitStatus.usage("--step '\(word)': expected major, minor or patch")
                }
                return step
            }
            let history = try RunRecord.openHistory()
            let latest = try DatasetText.find(DatasetText.name(name), history)
            DatasetText.warn(latest)
            let old = try history.content(of: latest)
            let place = try await DatasetPlace.find(folder, on: on)
            let look = DatasetLook(place: place)
            let content = DatasetContent(try await look.sums(of: look.sizes(known: old.members).files))
            let difference = DatasetDifference(from: old, to: content)
            let text = description ?? latest.entry.description
            let chosen: DatasetStep?
            do throws(DatasetStepTooSmall) {
                chosen = try DatasetStep.choose(
                    difference, asked: asked, isDescribedAnew: text != latest.entry.description)
            } catch {
                throw ExitStatus.usage(
                    "a \(error.asked.rawValue) step is too small for what changed: it is a \(error.least.rawValue) one\n  "
                        + difference.lines().joined(separator: "\n  "))
            }
            guard let chosen else {
                return Terminal.print(
                    "\(latest.entry.reference) is what '\(place.folder)' holds: there is no new version")
            }
            let registration = DatasetRegistration(history: history, place: place)
            try registration.register(
                registration.entry(latest.entry.name, latest.entry.version.next(chosen), content, description: text),
                content)
            for line in difference.lines() { Terminal.complain("  \(line.visible)") }
        }
    }
}

struct DatasetBag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bag", abstract: "Write a version as a bag (BagIt 1.0, RFC 8493).")
    @Argument(help: "NAME or NAME@VERSION.") var dataset: String
    @Option(help: "The folder of the bag, which is made.") var to: String
    @Option(name: .customLong("from"), help: "Where the version lies now; without it where it was registered.")
    var folder: String?
    @Option(help: "The cluster on which the folder of --from lies.") var on: String?
    @Flag(inversion: .prefixedNo, help: "Copy the files; otherwise the bag tells in fetch.txt where they are.")
    var materialize = true

    func run() async throws {
        let history = try RunRecord.openHistory()
        let record = try DatasetText.find(dataset, history)
        DatasetText.warn(record)
        let content = try history.content(of: record)
        if on != nil, folder == nil { throw ExitStatus.usage("--on says where the folder of --from lies; name it too") }
        let place: DatasetPlace =
            if let folder { try await .find(folder, on: on) } else { try await .of(record.entry) }
        let target = Places.absolute(to)
        try await BagWriter(record: record, content: content, place: place).write(to: target, materialize: materialize)
        Terminal.print(
            "\(record.entry.reference): \(target), \(DatasetText.size(content.files.count, content.bytes))"
                + (materialize ? "" : ", which fetch.txt names"))
        if content.files.contains(where: { $0.path.utf8.contains(UInt8(ascii: "%")) }) {
            Terminal.complain(
                "note: names with '%' stand in the manifest as '%25', as RFC 8493 has it; some programs do not read that"
            )
        }
    }
}

struct DatasetImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Validate a bag and register what it holds.",
        discussion: "The files stay where they are. Nothing is registered of a bag that is not whole and right.")
    @Argument(help: "The bag's folder.") var bag: String
    @Option(help: "The data set's name; without it the bag's own.") var name: String?
    @Flag(
        inversion: .prefixedNo,
        help: "All files must be in the bag; otherwise what fetch.txt and the manifest say of others is taken over.")
    var materialize = true

    func run() async throws {
        let folder = Places.absolute(bag)
        let held = try await BagReader(folder: folder).read(mayBeAbsent: !materialize)
        for note in held.notes { Terminal.complain("note: \(note)") }
        let external = held.text("External-Identifier").flatMap(DatasetReference.init)
        let own = held.text("Muster-Dataset") ?? external?.name
        guard let named = name ?? own else { throw ExitStatus.usage("the bag does not name its data set: --name NAME") }
        let name = try DatasetText.name(named)
        let said = held.text("Muster-Version").flatMap(DatasetSpec.Version.init) ?? external?.version
        let history = try RunRecord.openHistory()
        let versions = try history.datasets().filter { $0.entry.name == name }
        let digest = held.content.digest
        if let same = versions.first(where: { $0.entry.content == digest && (said == nil || $0.entry.version == said) })
            ?? versions.first(where: { $0.entry.content == digest })
        {
            return Terminal.print("\(same.entry.reference) is what the bag holds: there is nothing to register")
        }
        var version = said ?? .first
        if let latest = versions.first {
            let step = DatasetDifference(from: try history.content(of: latest), to: held.content).step ?? .patch
            let next = latest.entry.version.next(step)
            // The bag's own version where it says no less than what changed.
            if version < next { version = next }
        }
        let place = DatasetPlace(
            cluster: "local", host: LocalHost(), machine: ClientIdentity.host, folder: "\(folder)/data", isHere: true)
        let registration = DatasetRegistration(history: history, place: place)
        let description = held.text("External-Description") ?? versions.first?.entry.description ?? ""
        try registration.register(
            registration.entry(name, version, held.content, description: description), held.content)
        if !held.absent.isEmpty {
            Terminal.complain("note: \(held.absent.count) files are not in the bag; fetch.txt says where they are")
        }
    }
}
