/// Who holds a block: the content of a claim's file.
public struct Claim: Hashable, Sendable {
    /// The element that the holder runs for, and how often it was restarted before.
    public var element: String, restart: Int
    /// The holder's source.
    public var source: String
    /// Where it runs: node, lane, the kernel's boot id, pid and start time in clock ticks since boot.
    public var node: String, lane: String, boot: String, pid: Int, start: Int64

    /// Names a holder.
    public init(
        element: String, restart: Int, source: String, node: String, lane: String, boot: String, pid: Int, start: Int64
    ) {
        self.element = element
        self.restart = restart
        self.source = source
        self.node = node
        self.lane = lane
        self.boot = boot
        self.pid = pid
        self.start = start
    }

    /// One JSON object.
    public var json: JSON {
        .object([
            "element": .string(element), "restart": .int(restart), "src": .string(source), "node": .string(node),
            "lane": .string(lane), "boot": .string(boot), "pid": .int(pid), "start": .int(start),
        ])
    }

    /// Reads what `json` writes; nil for a file that is torn or foreign.
    public init?(json: JSON) {
        guard let element = json["element"]?.string, let source = json["src"]?.string else { return nil }
        self.init(
            element: element, restart: Int(clamping: json["restart"]?.int ?? 0), source: source,
            node: json["node"]?.string ?? "", lane: json["lane"]?.string ?? "", boot: json["boot"]?.string ?? "",
            pid: Int(clamping: json["pid"]?.int ?? 0), start: json["start"]?.int ?? 0)
    }

    /// What an agent may do with a block whose latest claim is `holder`.
    public enum Right: Hashable, Sendable {
        /// Nobody holds it: try to claim it.
        case free
        /// Take it over under this restart count.
        case takeOver(Int)
        /// It is somebody else's.
        case none
    }

    /// The rule of take-over: the same element with a higher restart count. An element of the local backend has no
    /// scheduler that restarts it, so there a holder whose process is certainly gone gives way: same machine, same boot,
    /// no process of that pid and start time.
    public static func right(
        of candidate: Claim, against holder: Claim?, isGone: (Claim) -> Bool
    ) -> Right {
        guard let holder else { return .free }
        if holder.source == candidate.source { return .none }
        if holder.element == candidate.element {
            return candidate.restart > holder.restart ? .takeOver(candidate.restart) : .none
        }
        guard holder.element.hasPrefix("local-"), candidate.element.hasPrefix("local-"),
            holder.node == candidate.node, isGone(holder)
        else { return .none }
        return .takeOver(holder.restart + 1)
    }
}
