import YAML

extension My3DIS {
    /// The GPUs that `stages.gpu` names: lists in any nesting; texts in one pair of brackets, split at commas and blanks,
    /// with `cuda:` or `gpu:` in front. What is no whole number from 0 on is dropped, and so are repeats.
    static func gpus(_ node: Node) -> [Int] {
        var found: [Int] = []
        for number in numbers(node) where number >= 0 && !found.contains(number) { found.append(number) }
        return found
    }

    private static func numbers(_ node: Node) -> [Int] {
        switch node.content {
        case .sequence(let elements): elements.flatMap(numbers)
        case .mapping: []
        case .scalar(let text, _): numbers(text)
        }
    }

    private static func numbers(_ text: String) -> [Int] {
        var rest = text.trimming()[...]
        if let first = rest.first, let last = rest.last, rest.count > 1, "[({".contains(first), "])}".contains(last) {
            rest = rest.dropFirst().dropLast()
        }
        return rest.split { $0 == "," || $0.isWhitespace }.compactMap { word in
            var word = word
            for prefix in ["cuda:", "gpu:"] where word.lowercased().hasPrefix(prefix) {
                word = word.dropFirst(prefix.count)
            }
            return Int(word)
        }
    }
}
