import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// The version of a data set that a config pins its scenes to.
struct PinnedDataset {
    let loaded: LoadedConfig
    let pin: DatasetPin
    let record: DatasetRecord
    let content: DatasetContent

    /// The pinned version as the history has it; nil where the config pins none.
    static func find(_ loaded: LoadedConfig) throws -> PinnedDataset? {
        guard let pin = loaded.spec.dataset else { return nil }
        guard loaded.spec.single == nil else {
            throw loaded.mistake(
                at: ["dataset"], "'dataset' pins the scenes of a data set, and this config names one folder",
                hint: "name the scene: experiment.dataset_root and experiment.scenes")
        }
        guard let reference = DatasetReference(pin.reference) else {
            throw loaded.mistake(
                at: ["dataset"], "'\(pin.reference)' names no data set", hint: DatasetReference.rule)
        }
        let history = try RunRecord.openHistory()
        do {
            let record = try history.dataset(reference)
            return PinnedDataset(loaded: loaded, pin: pin, record: record, content: try history.content(of: record))
        } catch let error as HistoryError {
            throw loaded.mistake(
                at: ["dataset"], "\(error)", hint: "muster dataset list --all names all versions")
        }
    }

    /// Where the scenes lie, as the config says it.
    static func folder(_ loaded: LoadedConfig) -> String {
        let root = loaded.spec.datasetRoot
        return loaded.cluster.host == nil ? Places.absolute(root, below: loaded.folder) : root
    }

    /// The scenes must be members; where all are meant, no member that counts as a scene may be missing.
    func check(_ scenes: [Scene]) throws {
        let members = content.members
        let known = Set(members.map { Array($0.utf8) })
        let strangers = scenes.map(\.name).filter { !known.contains(Array($0.utf8)) }
        guard strangers.isEmpty else {
            throw differs(strangers.map { "the scene '\($0)' is not in it" })
        }
        let selection = loaded.spec.scenes
        let isAll = selection.list?.contains(where: SceneSelection.isAll) ?? true
        guard isAll, selection.start == nil, selection.end == nil else { return }
        let selected = Set(scenes.map { Array($0.name.utf8) })
        let missing = expected.filter { !selected.contains(Array($0.utf8)) }
        guard missing.isEmpty else { throw differs(missing.map { "the scene '\($0)' is missing" }) }
    }

    /// Members that count as scenes by what the version knows of them; of files the folder alone can tell.
    private var expected: [String] {
        guard case .folders(let required) = loaded.spec.sceneKind.form else { return [] }
        let folders = content.parts.filter { member, files in
            guard member.utf8.first != UInt8(ascii: ".") else { return false }
            let names = files.map { Array($0.path.utf8) }
            return names.contains { $0.count > member.utf8.count }
                && required.allSatisfy { part in
                    let wanted = Array("\(member)/\(part)".utf8)
                    return names.contains { $0 == wanted || $0.starts(with: wanted + [UInt8(ascii: "/")]) }
                }
        }.map(\.member)
        guard let prefer = loaded.spec.sceneKind.prefer else { return folders }
        let preferred = folders.filter { $0.hasPrefix(prefer) }
        return preferred.isEmpty ? folders : preferred
    }

    /// Compares the scenes' files where they lie: names and sizes, and checksums where the config asks for it.
    func compare(_ planned: Planned) async throws {
        var folder = Self.folder(loaded)
        if folder.hasPrefix("~/") {
            folder = try await planned.site.host.run("printf %s \"$HOME\"").text + folder.dropFirst()
        }
        let place = DatasetPlace(
            cluster: loaded.cluster.name, host: planned.site.host,
            machine: loaded.cluster.host ?? ClientIdentity.host, folder: folder, isHere: loaded.cluster.host == nil)
        var seen: Set<String> = []
        let scenes = planned.plan.rows.map(\.scene.name).filter { !$0.isEmpty && seen.insert($0).inserted }
        let difference = try await DatasetLook(place: place).difference(
            from: content, bySize: !pin.verify, members: scenes)
        try refuse(difference)
    }

    /// Throws where there is a difference.
    func refuse(_ difference: DatasetDifference) throws {
        DatasetText.warn(record)
        guard difference.isEmpty else { throw differs(difference.lines()) }
    }

    private func differs(_ lines: [String]) -> ExitStatus {
        let shown = lines.count > 20 ? lines.prefix(20) + ["and \(lines.count - 20) more"] : lines[...]
        return loaded.mistake(
            at: ["dataset"],
            "the scenes are not those of \(record.entry.reference):\n  \(shown.joined(separator: "\n  "))",
            hint: "register what is there: muster dataset update \(record.entry.name) FOLDER, and name that version")
    }

    /// What the run's registration keeps of it.
    var details: [JSON.Member] {
        [
            .init(
                "dataset", .object([.init("name", .string(record.entry.name))] + (record.entry.spec.json.members ?? []))
            )
        ]
    }

    /// Tells of the version as an input of the run.
    func record(run: String, folder: String, history: History) throws {
        let use = AssetUse(
            sha256: content.digest, size: content.bytes, path: folder, type: "dataset",
            metadata: [
                .init("dataset", .string(record.entry.name)), .init("version", .string("\(record.entry.version)")),
                .init("verified", .bool(pin.verify)),
            ])
        try history.recordAssets(of: run, .input, [use], at: .now)
    }
}
