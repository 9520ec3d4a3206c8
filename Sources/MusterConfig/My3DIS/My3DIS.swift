import MusterCore
import YAML

/// Reads configs of My3DIS as they are.
enum My3DIS {
    /// The stages of its pipeline.
    static let stages = ["ssam", "filter", "tracker", "report"]

    /// Whether a config is one of My3DIS: it says so, or it names no pipeline and has keys that only My3DIS has.
    static func speaks(_ root: Node) -> Bool {
        if let pipeline = root["pipeline"], !pipeline.isNull {
            guard case .scalar(let name, _) = pipeline.content else { return false }
            return name == "my3dis"
        }
        if root["stages"]?.pairs?.contains(where: { stages.contains($0.key) }) ?? false { return true }
        let known = Set(Section.experiment.keys.map(\.name))
        let own = Set(Section.my3disExperiment.keys.map(\.name)).subtracting(known)
        return root["experiment"]?.pairs?.contains { own.contains($0.key) } ?? false
    }
}
