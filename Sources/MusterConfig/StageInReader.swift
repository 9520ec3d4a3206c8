import MusterCore
import YAML

/// Reads `stage_in`: a word, or a mapping.
enum StageInReader {
    /// Nil where nothing is to be done.
    static func spec(_ root: Keyed) -> StageInSpec? {
        guard let node = root.node("stage_in") else { return nil }
        guard node.pairs != nil, let keyed = root.mapping("stage_in") else {
            return root.choice("stage_in", StageInSpec.Mode.self).flatMap { $0 == .off ? nil : StageInSpec($0) }
        }
        defer { keyed.finish() }
        _ = keyed.required("mode", "upload")
        var spec = StageInSpec(keyed.choice("mode", StageInSpec.Mode.self) ?? .off)
        spec.from = keyed.text("from")
        spec.to = keyed.text("to")
        spec.store = keyed.text("store")
        spec.verify = keyed.flag("verify") ?? false
        spec.terms = TransferReader.terms(keyed)
        return spec.mode == .off ? nil : spec
    }
}

/// Reads how files travel.
enum TransferReader {
    static func terms(_ keyed: Keyed) -> TransferTerms {
        var terms = TransferTerms()
        let size: (String) -> ByteCount? = { ByteCount(parsing: $0).flatMap { $0.bytes > 0 ? $0 : nil } }
        terms.chunk = keyed.value("chunk", expected: "a size such as 25MB", size) ?? terms.chunk
        terms.bandwidth = keyed.value("bandwidth", expected: "bytes a second such as 20M", size)
        terms.askAbove = keyed.value("ask_above", expected: "a size such as 10G", size) ?? terms.askAbove
        terms.tries = keyed.count("tries") ?? terms.tries
        terms.pause =
            keyed.value("pause", expected: "a time such as 5s") { WallTime(parsing: $0)?.seconds } ?? terms.pause
        return terms
    }
}
