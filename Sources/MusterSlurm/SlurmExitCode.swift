/// How a job's script ended: `7:0` is exit 7, `0:125` signal 125.
///
/// Signal 125 is Slurm's mark for an out-of-memory kill. Accounting's JSON output is not to be used for this:
/// in 22.05 it says success for a job that exited 7.
public struct SlurmExitCode: Hashable, Sendable, CustomStringConvertible {
    /// What the script returned, 0 to 255.
    public let status: Int
    /// The signal that ended it, 0 for none.
    public let signal: Int

    /// From the two numbers of Slurm's notation.
    public init(status: Int, signal: Int = 0) {
        self.status = status
        self.signal = signal
    }

    /// From a raw wait status (wait(2)), which is what squeue's JSON holds; the core-dump bit is dropped.
    public init(waitStatus: Int) {
        status = (waitStatus >> 8) & 0xFF
        signal = waitStatus & 0x7F
    }

    /// Reads `7:0`; nil for anything else.
    public init?(parsing text: some StringProtocol) {
        let parts = Text.split(Text.trimmed(Substring(text)), at: UInt8(ascii: ":"))
        guard parts.count == 2, let status: Int = Text.number(parts[0]), let signal: Int = Text.number(parts[1])
        else { return nil }
        self.init(status: status, signal: signal)
    }

    /// Neither a status nor a signal.
    public var isSuccess: Bool { status == 0 && signal == 0 }
    /// Slurm saw an out-of-memory kill in the job.
    public var isOutOfMemory: Bool { signal == 125 }

    /// Slurm's own notation.
    public var description: String { "\(status):\(signal)" }
}
