import MusterCore

extension Section {
    /// `notify`.
    static let notify = Section(
        "notify",
        "Who is told how the run goes: one message for each occasion, whatever the number of jobs. One of `command`, `webhook` and `mail` must be there.",
        [
            Key("on", .either([.choice(occasions), .list(.choice(occasions))]), "done", "what is told"),
            Key(
                "failed", .text, "20%",
                "for `failed`: so large a share of the ended jobs failed, 5 jobs at least: `20%` or `0.2`"),
            Key("oom", .count(1...Int.max), "10", "for `oom`: so many jobs ran out of memory, of the host or of a GPU"),
            Key("stuck", .time, "2h", "for `stuck`: so long nothing was heard although jobs run"),
            Key(
                "command", .text, "",
                "a command for the shell of the machine that watches: the message stands on its standard input, the subject in `MUSTER_SUBJECT`"
            ),
            Key(
                "webhook", .text, "",
                "an http or https address that a JSON message is posted to; `@FILE` takes it from a file, so that a secret one stands in no config"
            ),
            Key("mail", .text, "", "who gets a mail through the `sendmail` of the machine that watches"),
        ])

    private static let occasions = NotifyPolicy.Occasion.allCases.map(\.rawValue)
}
