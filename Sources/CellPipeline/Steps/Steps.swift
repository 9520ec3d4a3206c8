/// The five steps over all fields of view of a scene. Each reads what the one before wrote and writes every file anew:
/// that a file is there says nothing of how it came about.
package enum Steps {
    /// Copies the raw channels into the results' names and forms.
    package static func copy(from scene: String, to output: String) throws {
        let metadata = try Metadata.read(in: scene)
        try eachFOV(metadata, output) { fov in
            let channels = [(metadata.pc, "pc")] + metadata.fl.map { ($0, "fl") }
            var report = Report(step: "copy", item: "fov \(fov)", total: metadata.frames * channels.count)
            for (number, (channel, kind)) in channels.enumerated() {
                let reader = try stack(metadata.raw(scene, fov: fov, channel: channel), .uint16, metadata)
                let writer = try NpyWriter(
                    path: metadata.result(output, fov: fov, "\(kind)_ch_\(channel).npy"), type: .uint16,
                    shape: metadata.shape)
                var frame = [UInt16](repeating: 0, count: metadata.width * metadata.height)
                for t in 0..<metadata.frames {
                    try reader.readFrame(t, into: &frame)
                    try writer.append(frame)
                    report.done(number * metadata.frames + t + 1)
                }
                try writer.finish()
            }
        }
        try metadata.write(in: output)
    }

    /// Masks of the cells from the phase contrast frames.
    package static func segment(in output: String, sigmas: Double, half: Int, reach: Int) throws {
        let metadata = try Metadata.read(in: output)
        try eachFOV(metadata, output) { fov in
            let reader = try stack(metadata.result(output, fov: fov, "pc_ch_\(metadata.pc).npy"), .uint16, metadata)
            let writer = try NpyWriter(
                path: metadata.result(output, fov: fov, "seg_ch_\(metadata.pc).npy"), type: .bool, shape: metadata.shape
            )
            var report = Report(step: "segment", item: "fov \(fov)", total: metadata.frames)
            var frame = [UInt16](repeating: 0, count: metadata.width * metadata.height)
            for t in 0..<metadata.frames {
                try reader.readFrame(t, into: &frame)
                let image = Image(width: metadata.width, height: metadata.height, pixels: frame.map(Double.init))
                try writer.append(LogSTD.segment(image, half: half, sigmas: sigmas, reach: reach).bits)
                report.done(t + 1)
            }
            try writer.finish()
        }
    }

    /// Fluorescence without its background.
    package static func correct(in output: String, tile: Int, margin: Int) throws {
        let metadata = try Metadata.read(in: output)
        try eachFOV(metadata, output) { fov in
            let masks = try stack(metadata.result(output, fov: fov, "seg_ch_\(metadata.pc).npy"), .bool, metadata)
            var report = Report(step: "correct", item: "fov \(fov)", total: metadata.frames * metadata.fl.count)
            for (number, channel) in metadata.fl.enumerated() {
                let reader = try stack(metadata.result(output, fov: fov, "fl_ch_\(channel).npy"), .uint16, metadata)
                let writer = try NpyWriter(
                    path: metadata.result(output, fov: fov, "fl_corrected_ch_\(channel).npy"), type: .float32,
                    shape: metadata.shape)
                var frame = [UInt16](repeating: 0, count: metadata.width * metadata.height)
                var bits = [Bool](repeating: false, count: frame.count)
                for t in 0..<metadata.frames {
                    try reader.readFrame(t, into: &frame)
                    try masks.readFrame(t, into: &bits)
                    let image = Image(width: metadata.width, height: metadata.height, pixels: frame.map(Double.init))
                    let mask = Mask(width: metadata.width, height: metadata.height, bits: bits)
                    let background = Background.estimate(image, mask: mask, tile: tile, margin: margin)
                    try writer.append(zip(image.pixels, background.pixels).map { Float($0 - $1) })
                    report.done(number * metadata.frames + t + 1)
                }
                try writer.finish()
            }
        }
    }

    /// Labels: 0 for background and strangers, else the cell's number.
    package static func track(in output: String, leastOverlap: Double) throws {
        let metadata = try Metadata.read(in: output)
        try eachFOV(metadata, output) { fov in
            let masks = try stack(metadata.result(output, fov: fov, "seg_ch_\(metadata.pc).npy"), .bool, metadata)
            let writer = try NpyWriter(
                path: metadata.result(output, fov: fov, "seg_labeled_ch_\(metadata.pc).npy"), type: .uint16,
                shape: metadata.shape)
            var report = Report(step: "track", item: "fov \(fov)", total: metadata.frames)
            var tracker = Tracker(leastOverlap: leastOverlap)
            var bits = [Bool](repeating: false, count: metadata.width * metadata.height)
            for t in 0..<metadata.frames {
                try masks.readFrame(t, into: &bits)
                let regions = Regions.find(Mask(width: metadata.width, height: metadata.height, bits: bits))
                var labels = [UInt16](repeating: 0, count: bits.count)
                for (region, id) in zip(regions, tracker.next(regions)) {
                    guard let id, let label = UInt16(exactly: id) else { continue }
                    for at in region.pixels { labels[at] = label }
                }
                try writer.append(labels)
                report.done(t + 1)
            }
            try writer.finish()
        }
    }

    private static func eachFOV(_ metadata: Metadata, _ output: String, _ body: (Int) throws -> Void) throws {
        for fov in 0..<metadata.fovs {
            try makeFolder(splitPath(metadata.result(output, fov: fov, "x")).folder)
            try body(fov)
        }
    }

    /// Opens a stack and checks that it is what the metadata says.
    static func stack(_ path: String, _ type: NpyType, _ metadata: Metadata) throws -> NpyReader {
        let reader = try NpyReader(path: path)
        guard reader.header.type == type, reader.header.shape == metadata.shape else {
            throw PipelineError(
                cannot: "use", path,
                "it holds \(reader.header.shape) of \(reader.header.type.rawValue), expected \(metadata.shape) of \(type.rawValue)"
            )
        }
        return reader
    }
}

extension Metadata {
    /// Frames, rows, columns.
    package var shape: [Int] { [frames, height, width] }
}
