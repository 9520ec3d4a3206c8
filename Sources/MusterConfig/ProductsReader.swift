import MusterCore
import YAML

/// What a stage says about its products.
struct ProductsDraft {
    private(set) var names: [String] = []
    private var files: [String: [PathPattern]] = [:]
    private let identity: [String]?
    private let fingerprint: StageSpec.Fingerprint?
    private let sharing: StageSpec.Sharing?

    init(_ stage: Keyed) {
        identity = stage.texts("identity")
        sharing = stage.choice("share", StageSpec.Sharing.self)
        fingerprint = Self.fingerprint(stage)
        guard let node = stage.node("produces"), let pairs = node.pairs else {
            names = stage.texts("produces") ?? []
            return
        }
        for pair in pairs {
            names.append(pair.key)
            files[pair.key] = Self.patterns(pair.value, "\(stage.name("produces")).\(pair.key)", stage.reader)
        }
    }

    private static func patterns(_ node: Node, _ name: String, _ reader: Reader) -> [PathPattern] {
        let nodes: [Node] = if case .sequence(let elements) = node.content { elements } else { [node] }
        return nodes.compactMap { node in
            guard let text = Scalar.text(node, name: name, reader) else { return nil }
            if let pattern = PathPattern(text) { return pattern }
            reader.report(
                at: node.mark, "'\(name)' can't be '\(text)'",
                hint: "expected a path below the job's folder, with * for any characters within one level")
            return nil
        }
    }

    private static func fingerprint(_ stage: Keyed) -> StageSpec.Fingerprint? {
        guard let node = stage.node("fingerprint") else { return nil }
        guard node.pairs != nil else { return StageSpec.Fingerprint(files: stage.texts("fingerprint") ?? []) }
        guard let keyed = stage.mapping("fingerprint") else { return nil }
        defer { keyed.finish() }
        return StageSpec.Fingerprint(files: keyed.texts("files") ?? [], command: keyed.text("command"))
    }

    /// Puts it into the stage.
    func complete(_ stage: inout StageSpec) {
        stage.files = files.filter { !$0.value.isEmpty }
        stage.identity = identity
        stage.fingerprint = fingerprint
        stage.sharing = sharing ?? .link
    }
}
