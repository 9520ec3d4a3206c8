import MusterCore
import YAML

extension ClusterReader {
    /// sbatch options under keys of the user's own.
    static func options(_ keyed: Keyed) -> [ClusterSpec.Option] {
        keyed.entries.map { pair in
            let value = Scalar.value(pair.value)
            return .init(name: pair.key, value: value == true ? nil : Placeholders.text(value))
        }
    }
}
