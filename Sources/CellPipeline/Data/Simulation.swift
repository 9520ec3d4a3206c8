import Glibc

/// A made-up time-lapse of moving, fluorescing cells whose truth is known.
package struct Simulation: Sendable {
    package var frames = 40, height = 256, width = 320, cells = 9, fovs = 1
    package var seed: UInt64 = 1

    package init() {}

    /// A cell that drifts and brightens.
    struct Cell {
        var x: Double, y: Double, vx: Double, vy: Double
        var radius: Double, plateau: Double, rate: Double

        /// Total fluorescence at a frame: an exponential rise to a plateau.
        func intensity(_ t: Int) -> Double { plateau * (1 - exp(-rate * Double(t + 1))) }
    }

    /// SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014): the same numbers on every machine.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Writes one scene: stacks, metadata and truth.
    package func write(scene name: String, number: Int, to folder: String) throws {
        try makeFolder(folder)
        var random = Generator(state: seed &* 1_000_003 &+ UInt64(number))
        let metadata = Metadata(
            base: name, fovs: fovs, frames: frames, height: height, width: width, pc: 0, fl: [1],
            timepoints: (0..<frames).map { Double($0) * 300_000 })
        var truth = "fov,cell,frame,x,y,area,intensity\n"
        for fov in 0..<fovs {
            var cells = place(&random)
            let phase = try NpyWriter(
                path: metadata.raw(folder, fov: fov, channel: 0), type: .uint16, shape: metadata.shape)
            let signal = try NpyWriter(
                path: metadata.raw(folder, fov: fov, channel: 1), type: .uint16, shape: metadata.shape)
            var report = Report(step: "simulate", item: "\(name) fov \(fov)", total: frames)
            for t in 0..<frames {
                try phase.append(drawPhase(cells, &random))
                try signal.append(drawSignal(cells, t, &random))
                for (id, cell) in cells.enumerated() {
                    let area = Double.pi * cell.radius * cell.radius
                    truth += "\(fov),\(id),\(t),\(Extraction.fixed(cell.x)),\(Extraction.fixed(cell.y)),"
                    truth += "\(Extraction.fixed(area)),\(Extraction.fixed(cell.intensity(t)))\n"
                }
                move(&cells)
                report.done(t + 1)
            }
            try phase.finish()
            try signal.finish()
        }
        try writeText(truth, to: joinPath(folder, "truth.csv"))
        try metadata.write(in: folder)
    }

    /// Cells on a jittered grid, so that they do not touch and stay clear of the edge.
    private func place(_ random: inout Generator) -> [Cell] {
        let columns = max(1, Int((Double(cells) * Double(width) / Double(height)).squareRoot().rounded(.up)))
        let rows = max(1, (cells + columns - 1) / columns)
        let (stepX, stepY) = (Double(width) / Double(columns), Double(height) / Double(rows))
        let largest = min(16, min(stepX, stepY) / 2 - 8)
        return (0..<cells).map { i in
            Cell(
                x: (Double(i % columns) + 0.5) * stepX + Double.random(in: -2...2, using: &random),
                y: (Double(i / columns) + 0.5) * stepY + Double.random(in: -2...2, using: &random),
                vx: Double.random(in: -0.12...0.12, using: &random),
                vy: Double.random(in: -0.12...0.12, using: &random),
                radius: max(4, largest * Double.random(in: 0.85...1, using: &random)),
                plateau: Double.random(in: 100_000...300_000, using: &random),
                rate: Double.random(in: 0.03...0.12, using: &random))
        }
    }

    private func move(_ cells: inout [Cell]) {
        for i in cells.indices {
            cells[i].x += cells[i].vx
            cells[i].y += cells[i].vy
        }
    }

    /// Calm noise outside of cells, coarse texture inside.
    private func drawPhase(_ cells: [Cell], _ random: inout Generator) -> [UInt16] {
        var pixels = (0..<(width * height)).map { _ in 2000 + Double.random(in: -20...20, using: &random) }
        each(cells) { _, at, _ in pixels[at] += Double.random(in: -700...700, using: &random) }
        return pixels.map { UInt16(max(0, min(65535, $0))) }
    }

    /// An uneven glow, and each cell's light spread over its disc.
    private func drawSignal(_ cells: [Cell], _ t: Int, _ random: inout Generator) -> [UInt16] {
        var pixels: [Double] = []
        pixels.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
                pixels.append(400 + 150 * u + 100 * v * v + Double.random(in: -6...6, using: &random))
            }
        }
        each(cells) { cell, at, _ in pixels[at] += cell.intensity(t) / (Double.pi * cell.radius * cell.radius) }
        return pixels.map { UInt16(max(0, min(65535, $0.rounded()))) }
    }

    private func each(_ cells: [Cell], _ body: (Cell, Int, Double) -> Void) {
        for cell in cells {
            let reach = Int(cell.radius.rounded(.up))
            for y in max(0, Int(cell.y) - reach)...min(height - 1, Int(cell.y) + reach) {
                for x in max(0, Int(cell.x) - reach)...min(width - 1, Int(cell.x) + reach) {
                    let distance = hypot(Double(x) + 0.5 - cell.x, Double(y) + 0.5 - cell.y)
                    if distance <= cell.radius { body(cell, y * width + x, distance) }
                }
            }
        }
    }
}
