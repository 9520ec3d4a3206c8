import MusterConfig
import MusterCore
import Testing

@Suite struct NotifyReaderTests {
    private func read(_ notify: String) -> (SweepSpec?, [Diagnostic]) {
        let text = """
            experiment: {name: x, dataset_root: data}
            pipeline: {command: "true"}
            notify: \(notify)
            """
        return SweepReader.read(Array(text.utf8), file: "c.yaml")
    }

    @Test func whoIsToldIsRead() throws {
        let (spec, found) = read(
            "{on: [failed, stuck], failed: 25%, oom: 3, stuck: 30m, command: 'x y', webhook: 'https://h/p', mail: 'a@b, c@d'}"
        )
        #expect(found.isEmpty, "\(found.map(\.text))")
        let policy = try #require(spec?.notify)
        #expect(policy.occasions == [.failed, .stuck] && policy.failed == 0.25 && policy.oom == 3)
        #expect(policy.stuck == WallTime(seconds: 1800) && policy.command == "x y")
        #expect(policy.webhook == "https://h/p" && policy.mail == "a@b, c@d")
        #expect(read("{mail: a@b}").0?.notify?.occasions == [.done])
    }

    @Test(arguments: [
        ("{}", 3, 9, "neither 'command' nor 'webhook' nor 'mail'"),
        ("{on: don, mail: a@b}", 3, 14, "did you mean 'done'"),
        ("{failed: 120%, mail: a@b}", 3, 18, "a share such as"), ("{webhook: ftp://h}", 3, 19, "https://"),
        ("{webhook: '@'}", 3, 19, "@FILE"), ("{mail: me}", 3, 16, "me@example.org"), ("{mail: -t@x}", 3, 16, "me@"),
        ("{oom: 0, mail: a@b}", 3, 15, "can't be '0'"), ("{stuck: soon, mail: a@b}", 3, 17, "a time such as 2h"),
        ("{slack: x, mail: a@b}", 3, 10, "slack"),
    ])
    func mistakesHavePlaces(text: String, line: Int, column: Int, words: String) throws {
        let (spec, found) = read(text)
        #expect(spec == nil)
        let first = try #require(found.first)
        #expect(first.location.line == line && first.location.column == column, "\(first.text)")
        #expect(found.contains { $0.text.contains(words) }, "\(found.map(\.text))")
    }
}
