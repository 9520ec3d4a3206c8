/// The cells of one field of view: placed at random, then moving without ever coming close to each other or the edge.
///
/// The distances are those that the segmentation needs: its closing bridges gaps of up to 18 pixels, and it takes 9
/// pixels from what touches the edge.
struct CellPopulation {
    private(set) var cells: [SimulatedCell] = []
    private let size: FrameSize
    private var random: RandomStream

    private static let axes = 14.0...18.0
    private static let gap = 22.0
    private static let margin = 12.0
    /// Height and width that a single cell needs.
    static let smallestSide = 64
    private static let attemptsPerCell = 500
    /// A layout that leaves no room for its last cells is begun anew this often.
    private static let layouts = 40

    init(_ parameters: SimulationParameters, scene: Int, fov: Int) throws {
        size = parameters.size
        random = RandomStream(seed: parameters.seed, [scene, fov])
        var most = 0
        for _ in 0..<Self.layouts {
            layOut(parameters)
            if cells.count == parameters.cellCount { return }
            most = max(most, cells.count)
        }
        throw PipelineError(
            cannot: "place", "\(parameters.cellCount) cells",
            "\(size.width) x \(size.height) pixels had room for \(most)",
            hint: "a larger --height and --width, or fewer --cells")
    }

    private mutating func layOut(_ parameters: SimulationParameters) {
        cells.removeAll()
        while cells.count < parameters.cellCount, let cell = place(parameters) { cells.append(cell) }
    }

    /// Moves every cell by one frame.
    mutating func advance() {
        for index in cells.indices {
            var moved = cells[index]
            moved.velocityX = 0.9 * moved.velocityX + 0.35 * Double(random.noise())
            moved.velocityY = 0.9 * moved.velocityY + 0.35 * Double(random.noise())
            moved.x += moved.velocityX
            moved.y += moved.velocityY
            moved.angle += moved.spin
            if isFree(moved, except: index) {
                cells[index] = moved
            } else {
                cells[index].angle = moved.angle
                cells[index].velocityX = -0.5 * moved.velocityX
                cells[index].velocityY = -0.5 * moved.velocityY
            }
        }
    }

    private mutating func place(_ parameters: SimulationParameters) -> SimulatedCell? {
        let longAxis = random.uniform(Self.axes)
        let shortAxis = random.uniform(Self.axes.lowerBound...longAxis)
        let lifetime = drawLifetime(frames: parameters.frames)
        let kinetics = (0..<parameters.channels).map { _ in
            Kinetics(drawingFrom: &random, frames: parameters.frames)
        }
        let inset = longAxis + Self.margin
        for _ in 0..<Self.attemptsPerCell {
            let cell = SimulatedCell(
                x: random.uniform(inset...max(inset, Double(size.width) - 1 - inset)),
                y: random.uniform(inset...max(inset, Double(size.height) - 1 - inset)),
                angle: random.uniform(0...3.14), spin: random.uniform(-0.02...0.02), longAxis: longAxis,
                shortAxis: shortAxis, lifetime: lifetime, kinetics: kinetics)
            if isFree(cell, except: nil) { return cell }
        }
        return nil
    }

    /// Most cells live through all frames; one in ten dies in the last fifth, one in ten comes after the first frame.
    private mutating func drawLifetime(frames: Int) -> ClosedRange<Int> {
        let fate = random.uniform(0...1)
        let moment = random.uniform(0...1)
        let last = frames - 1
        if fate < 0.1 && frames >= 5 { return 0...last - 1 - Int(moment * Double(frames) * 0.2) }
        if fate > 0.9 && frames >= 5 { return (1 + Int(moment * Double(frames) * 0.5))...last }
        return 0...last
    }

    private func isFree(_ cell: SimulatedCell, except own: Int?) -> Bool {
        let inset = cell.longAxis + Self.margin
        guard cell.x >= inset, cell.y >= inset, cell.x <= Double(size.width) - 1 - inset,
            cell.y <= Double(size.height) - 1 - inset
        else { return false }
        for (index, other) in cells.enumerated() where index != own {
            let (dx, dy) = (cell.x - other.x, cell.y - other.y)
            let distance = cell.longAxis + other.longAxis + Self.gap
            if dx * dx + dy * dy < distance * distance { return false }
        }
        return true
    }
}
