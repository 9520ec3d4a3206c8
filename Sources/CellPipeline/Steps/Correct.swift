extension Pipeline {
    /// Subtracts the uneven ground from the fluorescence frames.
    public func correct(_ parameters: CorrectionParameters) throws {
        try parameters.check()
        let (metadata, fovs) = try open()
        var correction = BackgroundCorrection(size: metadata.size, parameters: parameters)
        for fov in fovs {
            for channel in metadata.channels.fl {
                try correctStack(&correction, metadata, fov: fov, channel: channel)
            }
            progress.finish("correct")
        }
    }

    private func correctStack(
        _ correction: inout BackgroundCorrection, _ metadata: SceneMetadata, fov: Int, channel: Int
    ) throws {
        let stack = try NpyReader(
            path: try source(.fluorescence(channel), metadata, fov: fov), types: [.uint16], of: metadata)
        let masks = try NpyReader(
            path: try source(.segmentation(metadata.channels.pc), metadata, fov: fov), types: [.bool, .uint8],
            of: metadata)
        let target = try target(.corrected(channel), metadata, fov: fov)
        let writer = try NpyWriter(path: target, type: .float32, shape: stack.header.shape)
        var frame = [UInt16](repeating: 0, count: metadata.size.count)
        var cells = [UInt8](repeating: 0, count: metadata.size.count)
        var result = [Float](repeating: 0, count: metadata.size.count)
        var withoutGround = 0
        for t in 0..<metadata.nFrames {
            try stack.readFrame(t, into: &frame)
            try masks.readFrame(t, into: &cells)
            if !correction.correct(frame, cells: cells, into: &result) { withoutGround += 1 }
            try writer.append(result)
            progress.report("correct", fovName(fov), done: t + 1, total: metadata.nFrames, "channel \(channel)")
        }
        try writer.finish()
        if withoutGround > 0 {
            progress.warn("\(target): cells cover \(withoutGround) frames wholly, nothing was subtracted there")
        }
    }
}
