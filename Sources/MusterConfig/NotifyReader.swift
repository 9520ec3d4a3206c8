import MusterCore
import YAML

/// Reads `notify`.
enum NotifyReader {
    static func policy(_ keyed: Keyed) -> NotifyPolicy {
        defer { keyed.finish() }
        var policy = NotifyPolicy()
        let occasions = keyed.choices("on", NotifyPolicy.Occasion.self)
        if !occasions.isEmpty { policy.occasions = occasions }
        policy.failed = keyed.value("failed", expected: "a share such as 20% or 0.2", share) ?? policy.failed
        policy.oom = keyed.count("oom") ?? policy.oom
        policy.stuck = keyed.value("stuck", expected: "a time such as 2h") { WallTime(parsing: $0) } ?? policy.stuck
        policy.command = keyed.text("command")
        policy.webhook = keyed.value(
            "webhook", expected: "an address such as https://chat.example.org/hook, or @FILE that holds one"
        ) { text in
            let isAddress = ["http://", "https://"].contains { text.hasPrefix($0) && text.count > $0.count }
            return (isAddress || (text.hasPrefix("@") && text.count > 1)) && !text.contains(where: \.isWhitespace)
                ? text : nil
        }
        policy.mail = keyed.value("mail", expected: "addresses such as me@example.org") { text in
            text.contains("@") && !text.contains(where: \.isNewline) && !text.hasPrefix("-") ? text : nil
        }
        if ["command", "webhook", "mail"].allSatisfy({ !keyed.has($0) }) {
            keyed.reader.report(
                at: keyed.mark, "'notify' says neither 'command' nor 'webhook' nor 'mail'",
                hint: "add: mail: me@example.org")
        }
        return policy
    }

    /// A share above 0 and at most 1: `20%` or `0.2`.
    static func share(_ text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? text.dropLast().trimming() : text[...].trimming()) else { return nil }
        let share = isPercent ? number / 100 : number
        return share > 0 && share <= 1 ? share : nil
    }
}
