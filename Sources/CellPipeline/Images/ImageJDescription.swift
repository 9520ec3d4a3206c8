/// What ImageJ says of a stack in the first page's ImageDescription: lines of `key=value`, the first with its version.
///
/// Source: `ij.io.FileInfo` and `TiffEncoder` of ImageJ 1.x. Planes are in the order channel, slice, frame, the channel
/// fastest. Channels, slices and frames that are not mentioned are one.
struct ImageJDescription: Equatable {
    /// Planes in all; nil where it is one.
    let images: Int?
    let channels: Int
    let slices: Int
    let frames: Int
    /// Time between two frames, in milliseconds; nil where it is not known, or in a unit that is not.
    let intervalMs: Double?
    /// The unit of the resolution in micrometres; nil where it is another one.
    let unitMicrometres: Double?

    /// Nil for a text that is not ImageJ's.
    init?(_ text: String) throws(ImageFault) {
        guard text.hasPrefix("ImageJ=") else { return nil }
        var values: [Substring: Substring] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let sides = line.split(separator: "=", maxSplits: 1)
            if sides.count == 2 { values[sides[0]] = sides[1] }
        }
        func count(_ key: Substring) throws(ImageFault) -> Int? {
            guard let text = values[key] else { return nil }
            guard let number = Int(text), (1...Self.most).contains(number) else {
                throw "ImageJ's description says \(key)=\(text.prefix(20))"
            }
            return number
        }
        images = try count("images")
        channels = try count("channels") ?? 1
        slices = try count("slices") ?? 1
        frames = try count("frames") ?? 1
        let unit = Self.milliseconds[values["tunit"] ?? "sec"]
        let interval = values["finterval"].flatMap { Double($0) }
        if let unit, let interval, interval.isFinite, interval > 0 {
            intervalMs = interval * unit
        } else {
            intervalMs = nil
        }
        unitMicrometres = values["unit"].flatMap { Self.micrometres[$0] }
    }

    /// A number of planes beyond this is a mistake in the file.
    private static let most = 1_000_000

    private static let milliseconds: [Substring: Double] = [
        "ms": 1, "msec": 1, "s": 1000, "sec": 1000, "seconds": 1000, "min": 60_000, "minutes": 60_000,
        "h": 3_600_000, "hr": 3_600_000, "hours": 3_600_000,
    ]

    /// ImageJ writes the sign for micro as `\u00B5`.
    private static let micrometres: [Substring: Double] = [
        "micron": 1, "microns": 1, "um": 1, "µm": 1, "\\u00B5m": 1, "nm": 0.001, "mm": 1000, "cm": 10_000,
    ]

    /// The order of the planes, where there are so many of them.
    func planes(count: Int) throws(ImageFault) -> PlaneTable {
        let lengths: [Layout.Axis: Int] = [.channel: channels, .slice: slices, .time: frames]
        let (partial, first) = channels.multipliedReportingOverflow(by: slices)
        let (product, second) = partial.multipliedReportingOverflow(by: frames)
        if first || second || product != count {
            throw
                "ImageJ's description says \(channels) channels, \(slices) slices and \(frames) frames, and it has \(count) planes"
        }
        return try Layout(order: [.channel, .slice, .time], lengths: lengths).planes(count: count)
    }
}
