extension Pipeline {
    /// Finds the cells in the phase contrast frames: one mask per frame.
    public func segment(_ parameters: SegmentationParameters) throws {
        try parameters.check()
        let (metadata, fovs) = try open()
        let channel = metadata.channels.pc
        var segmenter = Segmenter(size: metadata.size, parameters: parameters)
        var frame = [UInt16](repeating: 0, count: metadata.size.count)
        var mask = [UInt8](repeating: 0, count: metadata.size.count)
        for fov in fovs {
            let source = try source(.phaseContrast(channel), metadata, fov: fov)
            let reader = try NpyReader(path: source, types: [.uint16], of: metadata)
            let target = try target(.segmentation(channel), metadata, fov: fov)
            let writer = try NpyWriter(path: target, type: .bool, shape: reader.header.shape)
            for t in 0..<metadata.nFrames {
                try reader.readFrame(t, into: &frame)
                segmenter.segment(frame, into: &mask)
                try writer.append(mask)
                progress.report("segment", fovName(fov), done: t + 1, total: metadata.nFrames, "segmenting")
            }
            try writer.finish()
            progress.finish("segment")
        }
    }
}
