import MusterCore
import YAML

extension PipelineReader {
    /// `checkpoint: true`, or a mapping; nil for a program that can't go on.
    static func checkpoint(_ stage: Keyed) -> CheckpointSpec? {
        guard let node = stage.node("checkpoint") else { return nil }
        guard node.pairs != nil else { return stage.flag("checkpoint") == true ? CheckpointSpec() : nil }
        guard let keyed = stage.mapping("checkpoint") else { return nil }
        var spec = CheckpointSpec()
        spec.signal = keyed.choice("signal", CheckpointSpec.Signal.self) ?? spec.signal
        spec.grace =
            keyed.value("grace", expected: "a time such as 90s, 5m") {
                WallTime(parsing: $0).flatMap { $0.seconds > 0 ? $0 : nil }
            } ?? spec.grace
        spec.attempts = keyed.count("attempts") ?? spec.attempts
        spec.command = keyed.node("command").flatMap { command($0, keyed.name("command"), keyed.reader) }
        if spec.command != nil, let signal = keyed.node("signal") {
            keyed.reader.report(
                at: signal.mark, "'\(keyed.name("signal"))' can't stand beside 'command'",
                hint: "let the command send it: kill -USR1 $MUSTER_PID")
        }
        keyed.finish()
        return spec
    }
}
