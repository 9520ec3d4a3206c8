import Glibc
import MusterCore

/// What an agent knows of the others of its run: their facts, whether all canaries succeeded, and whether somebody marked
/// the run as halted. Everything comes from the shared file system, so no client is needed.
final class Lookout {
    /// The least time between two readings of the outboxes, for each lane that there is, in microseconds: many agents
    /// must not wear the file system out.
    private static let pause: Int64 = 50_000
    /// Time between two looks at the results of canaries, in microseconds.
    private static let glance: Int64 = 1_000_000

    private let paths: RunPaths
    private var offsets: [String: Int64] = [:]
    private var nextReading: Int64 = 0
    private var nextGlance: Int64 = 0
    private var hasOpened = false
    /// The facts of all lanes, as far as they were read.
    private(set) var state = RunState()
    /// Why nothing more is to be started; nil while the run goes on.
    private(set) var halted: String?
    /// The run's rows, once they were needed.
    private(set) lazy var rows: [Steward.Row] = folderRows()
    private let folderRows: () -> [Steward.Row]
    /// Only canaries could be claimed when blocks were last looked through.
    var wasClosed = false
    /// A job failed since the outboxes were last judged.
    var mustJudge = false
    /// A canary goes on only when a steward hands it out again, so there is no use in waiting.
    var needsSteward = false

    init(folder: RunFolder) {
        paths = folder.paths
        folderRows = { folder.stewardRows }
        lookForMark()
    }

    /// Why the agent ends, if that is for one of these things.
    var reason: String? {
        halted.map { "the run is halted: \($0)" }
            ?? (needsSteward ? "a canary waits for its next attempt, which a client hands out" : nil)
    }

    /// Looks whether the run is marked.
    func lookForMark() {
        halted =
            Files.exists(paths.halted)
            ? Files.json(paths.halted)?["reason"]?.string ?? halted ?? "no reason given" : nil
    }

    /// Marks the run, unless somebody was first.
    func mark(_ reason: String, node: String) {
        lookForMark()
        guard halted == nil else { return }
        halted = reason
        let json = JSON.object([
            "reason": .string(reason), "node": .string(node), "t": .int(Machine.now.microseconds),
        ])
        do {
            try Files.replace(paths.halted, with: json.bytes)
        } catch {
            note("can't mark the run as halted: \(error)")
        }
    }

    /// A job has ended: the results of canaries are looked at anew.
    func jobEnded() { nextGlance = 0 }

    /// When somebody lifted a halt of this run.
    var lifted: Timestamp? { (Files.json(paths.lifted)?["t"]?.int).map { Timestamp(microseconds: $0) } }

    /// Whether other blocks than those of canaries may be claimed: all canaries' results are there, or a halt was lifted.
    func isOpen(_ blocks: [Block], _ folder: RunFolder) -> Bool {
        guard !hasOpened, Machine.monotonic >= nextGlance else { return hasOpened }
        nextGlance = Machine.monotonic + Self.glance
        let canaries = Set(blocks.filter(\.terms.isCanary).flatMap(\.jobs))
        hasOpened =
            canaries.isEmpty || Files.exists(paths.lifted)
            || canaries.allSatisfy { index in
                guard let row = folder.row(index), let record = JobRecord(folder: row.output) else { return false }
                return record.key == row.key && record.outcome == .succeeded
            }
        return hasOpened
    }

    /// Reads what is new in all outboxes; false when it is too early for that.
    func read(now: Int64) -> Bool {
        guard now >= nextReading else { return false }
        let lanes = Files.names(in: paths.lanes) ?? []
        for lane in lanes { read(lane) }
        nextReading = Machine.monotonic + Self.pause * Int64(max(1, lanes.count))
        return true
    }

    /// An end with its last line alone: all failures of a run are kept in memory.
    private static func shortened(_ event: Event) -> Event {
        func shortened(_ ending: Ending) -> Ending {
            var ending = ending
            let lines = (ending.tail ?? "").split { $0.isNewline || $0 == "\r" }
            ending.tail = lines.last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(1000)) }
            return ending
        }
        var event = event
        switch event.body {
        case .jobEnded(let key, let ending, let superseded):
            event.body = .jobEnded(key, shortened(ending), superseded: superseded)
        case .stageEnded(let key, let stage, let ending, let reused):
            event.body = .stageEnded(key, stage: stage, shortened(ending), reused: reused)
        default: break
        }
        return event
    }

    private func read(_ lane: String) {
        let path = paths.lane(lane).outbox
        let start = offsets[lane] ?? 0
        guard let size = Files.status(path).map({ Int64($0.st_size) }), size > start else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Files.read(descriptor, from: start, count: Int(size - start))
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return }
        offsets[lane] = start + Int64(end) + 1
        for line in bytes[...end].split(separator: UInt8(ascii: "\n")) {
            if let event = try? Event(line: line) { state.apply(Self.shortened(event)) }
        }
    }
}
