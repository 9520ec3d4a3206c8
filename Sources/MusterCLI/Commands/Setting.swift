import MusterCore

/// `NAME=VALUE` as options take it.
enum Setting {
    /// The name and the value, as JSON where it is some and as text else.
    ///
    /// - Throws: `ExitStatus.usage`, with `option` and an example.
    static func parse(_ text: String, option: String) throws -> JSON.Member {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ExitStatus.usage("\(option) '\(text)' is no NAME=VALUE such as lr=0.1")
        }
        let value = String(text[text.index(after: equals)...])
        return JSON.Member(String(text[..<equals]), (try? JSON(parsing: value)) ?? .string(value))
    }
}
