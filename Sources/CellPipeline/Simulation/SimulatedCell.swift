import Glibc

/// The rise and fall of a cell's fluorescence: made at rate `rise` from `onset` on, lost at rate `decay`.
///
/// The curve is the solution of a two-step reaction, (exp(-decay t) - exp(-rise t)), scaled to its peak.
struct Kinetics {
    let peak: Double
    /// Frames.
    let onset: Double
    /// Per frame; larger than `decay`.
    let rise: Double
    let decay: Double

    init(drawingFrom random: inout RandomStream, frames: Int) {
        let length = Double(max(frames, 10))
        peak = random.uniform(1500...4000)
        onset = random.uniform(-0.2...0.1) * length
        decay = random.uniform(0.8...2.5) / length
        rise = decay * random.uniform(3...8)
    }

    func value(at frame: Double) -> Double {
        let time = frame - onset
        if time <= 0 { return 0 }
        let top = log(rise / decay) / (rise - decay)
        return peak * curve(time) / curve(top)
    }

    private func curve(_ time: Double) -> Double { exp(-decay * time) - exp(-rise * time) }
}

/// An ellipse that drifts and turns, and shines in each fluorescence channel in its own way.
struct SimulatedCell {
    /// Centre, in pixels.
    var x: Double
    var y: Double
    /// Pixels per frame.
    var velocityX = 0.0
    var velocityY = 0.0
    /// Of the longer axis, in radians.
    var angle: Double
    let spin: Double
    let longAxis: Double
    let shortAxis: Double
    /// The frames in which the cell is there.
    let lifetime: ClosedRange<Int>
    let kinetics: [Kinetics]

    /// Calls `body` with each pixel of the cell and its distance from the centre, squared, 1 at the rim.
    func forEachPixel(in size: FrameSize, _ body: (_ index: Int, _ distance: Double) -> Void) {
        let reach = longAxis + 1
        let (cosine, sine) = (cos(angle), sin(angle))
        for row in max(0, Int(y - reach))...min(size.height - 1, Int(y + reach)) {
            for column in max(0, Int(x - reach))...min(size.width - 1, Int(x + reach)) {
                let (dx, dy) = (Double(column) - x, Double(row) - y)
                let along = (dx * cosine + dy * sine) / longAxis
                let across = (dy * cosine - dx * sine) / shortAxis
                let distance = along * along + across * across
                if distance < 1 { body(row * size.width + column, distance) }
            }
        }
    }
}
