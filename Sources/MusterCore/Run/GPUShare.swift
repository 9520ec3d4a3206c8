/// Divides the GPUs that an agent was given among its slots.
public enum GPUShare {
    /// The tokens of a `CUDA_VISIBLE_DEVICES` text: indices, `GPU-...` or `MIG-...` names, as they are.
    public static func tokens(_ text: String) -> [String] {
        text.split(separator: ",").map { token in
            var token = token
            while token.first == " " { token.removeFirst() }
            while token.last == " " { token.removeLast() }
            return String(token)
        }.filter { !$0.isEmpty }
    }

    /// How many of `wanted` slots find `perJob` GPUs each among `tokens`, `sharing` of them the same ones; at least one.
    /// Jobs without GPUs don't count.
    public static func slots(wanted: Int, perJob: Int, sharing: Int = 1, tokens: [String]?) -> Int {
        guard perJob > 0, let tokens else { return max(1, wanted) }
        return max(1, min(wanted, tokens.count / perJob * sharing))
    }

    /// What `slot` (from 0) sees of `tokens`; nil leaves the variable alone, since jobs ask for no GPU.
    public static func share(slot: Int, perJob: Int, sharing: Int = 1, tokens: [String]) -> String? {
        guard perJob > 0 else { return nil }
        return tokens.dropFirst(slot / sharing * perJob).prefix(perJob).joined(separator: ",")
    }
}
