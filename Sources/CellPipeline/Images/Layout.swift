/// What the pages of a file are, as the user says it: axes separated by commas, the slowest first, each with its length.
///
/// `t,c=2`: two channels take turns, and so on for all times. `p=4,t,c=2,z=3`: four fields of view one after the other,
/// in each all times, at each time two channels, of each channel three slices. One axis may go without a length; it takes
/// what is left.
public struct Layout: Equatable, Sendable {
    /// A direction in which pages may follow each other.
    enum Axis: String, CaseIterable, Sendable {
        case field = "p"
        case time = "t"
        case channel = "c"
        case slice = "z"
    }

    struct Part: Equatable, Sendable {
        let axis: Axis
        /// Nil for what is left.
        let length: Int?
    }

    /// The slowest first; empty for what the file itself says.
    let parts: [Part]

    /// Whatever the file says of itself.
    public static let auto = Layout(parts: [])

    /// Reads `auto` or a list of axes; nil for anything else.
    public init?(_ text: String) {
        if text == "auto" {
            self = .auto
            return
        }
        var parts: [Part] = []
        for word in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false)
            guard let axis = Axis(rawValue: String(sides[0])), sides.count <= 2 else { return nil }
            if parts.contains(where: { $0.axis == axis }) { return nil }
            if sides.count == 2 {
                guard let length = Int(sides[1]), length > 0 else { return nil }
                parts.append(Part(axis: axis, length: length))
            } else {
                if parts.contains(where: { $0.length == nil }) { return nil }
                parts.append(Part(axis: axis, length: nil))
            }
        }
        self.init(parts: parts)
    }

    private init(parts: [Part]) { self.parts = parts }

    /// The layout of so many planes, when all lengths are known: `order` lists the fastest axis first.
    init(order: [Axis], lengths: [Axis: Int]) {
        parts = order.reversed().map { Part(axis: $0, length: lengths[$0] ?? 1) }
    }

    /// The planes' places, where there are so many of them.
    func planes(count: Int) throws(ImageFault) -> PlaneTable {
        var known = 1
        for part in parts {
            let (product, overflow) = known.multipliedReportingOverflow(by: part.length ?? 1)
            if overflow || product > count { throw "the layout takes more than its \(count) planes" }
            known = product
        }
        let isOpen = parts.contains { $0.length == nil }
        if count % known != 0 || (!isOpen && known != count) {
            throw "the layout takes \(isOpen ? "multiples of " : "")\(known) planes, and it has \(count)"
        }
        var table = PlaneTable()
        var step = 1
        for part in parts.reversed() {
            let length = part.length ?? count / known
            switch part.axis {
            case .field: (table.fields, table.fieldStep) = (length, step)
            case .time: (table.times, table.timeStep) = (length, step)
            case .channel: (table.channels, table.channelStep) = (length, step)
            case .slice: (table.slices, table.sliceStep) = (length, step)
            }
            step *= length
        }
        return table
    }
}

/// Which plane of a regular sequence shows what: lengths of the axes, and how many planes one step along each takes.
struct PlaneTable: Equatable {
    var fields = 1
    var times = 1
    var channels = 1
    var slices = 1
    var fieldStep = 0
    var timeStep = 0
    var channelStep = 0
    var sliceStep = 0

    func plane(field: Int, time: Int, channel: Int, slice: Int) -> Int {
        field * fieldStep + time * timeStep + channel * channelStep + slice * sliceStep
    }
}
