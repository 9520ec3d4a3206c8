import Glibc
import MusterCore

/// Numbers at regular distances.
enum Spacing: Hashable, Sendable {
    /// From `start` by `step` as far as `stop`, which is included where a step falls on it.
    case steps(start: Double, stop: Double, step: Double)
    /// `count` numbers from `start` to `stop`, both included, at equal distances.
    case linear(start: Double, stop: Double, count: Int)
    /// `count` powers of ten, their exponents at equal distances from `start` to `stop`, both included.
    case powers(start: Double, stop: Double, count: Int)
    /// `count` numbers from `start` to `stop`, both included, each the same multiple of the one before.
    case geometric(start: Double, stop: Double, count: Int)

    /// How many numbers there are; nil where the description makes no sense (a step of zero or away from the end, a count
    /// below one, a factor between numbers of different sign).
    var count: Int? {
        switch self {
        case .steps(let start, let stop, let step):
            guard step != 0, start.isFinite, stop.isFinite, step.isFinite, (stop - start) / step >= 0 else {
                return nil
            }
            // A billionth of a step is taken for the rounding of the written numbers.
            let steps = ((stop - start) / step + 1e-9).rounded(.down)
            return steps < 1e9 ? Int(steps) + 1 : nil
        case .linear(let start, let stop, let count), .powers(let start, let stop, let count):
            return count >= 1 && start.isFinite && stop.isFinite ? count : nil
        case .geometric(let start, let stop, let count):
            return count >= 1 && start.isFinite && stop.isFinite && start * stop > 0 ? count : nil
        }
    }

    /// The numbers: whole ones as such, others rounded to twelve digits, so that names stay short and that they do not
    /// depend on the last bit of a machine's `pow`.
    var values: [JSON] {
        guard let count else { return [] }
        func share(_ index: Int) -> Double { count == 1 ? 0 : Double(index) / Double(count - 1) }
        return (0..<count).map { index in
            switch self {
            case .steps(let start, _, let step): Self.number(start + Double(index) * step)
            case .linear(let start, let stop, _): Self.number(start + (stop - start) * share(index))
            case .powers(let start, let stop, _): Self.number(pow(10, start + (stop - start) * share(index)))
            case .geometric(let start, let stop, _): Self.number(start * pow(stop / start, share(index)))
            }
        }
    }

    /// A number of twelve digits, whole where it is.
    static func number(_ value: Double) -> JSON {
        let rounded = NumberFormat(".12g")?.text(of: .double(value)).flatMap { Double($0) } ?? value
        if rounded.magnitude < 9e15, let whole = Int64(exactly: rounded) { return .int(whole) }
        return .double(rounded)
    }
}
