public import MusterCore
import YAML

/// YAML that is no config: a program's own file.
public enum YAMLValue {
    /// The first document as a JSON value, scalars as YAML's core schema has them; nil where the text is no YAML.
    public static func parse(_ text: String) -> JSON? {
        guard let root = try? Node.parse(Array(text.utf8), source: 0) else { return nil }
        return Scalar.value(root)
    }
}
