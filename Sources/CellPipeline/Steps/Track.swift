extension Pipeline {
    /// Gives each cell of frame 0 the same number in every frame in which it is found.
    public func track(_ parameters: TrackingParameters) throws {
        try parameters.check()
        let (metadata, fovs) = try open()
        let channel = metadata.channels.pc
        var mask = [UInt8](repeating: 0, count: metadata.size.count)
        var labels = [UInt16](repeating: 0, count: metadata.size.count)
        for fov in fovs {
            let source = try source(.segmentation(channel), metadata, fov: fov)
            let reader = try NpyReader(path: source, types: [.bool, .uint8], of: metadata)
            let target = try target(.labels(channel), metadata, fov: fov)
            let writer = try NpyWriter(path: target, type: .uint16, shape: reader.header.shape)
            var tracker = Tracker(size: metadata.size, parameters: parameters)
            for t in 0..<metadata.nFrames {
                try reader.readFrame(t, into: &mask)
                try tracker.track(mask, into: &labels)
                try writer.append(labels)
                progress.report("track", fovName(fov), done: t + 1, total: metadata.nFrames, "tracking")
            }
            try writer.finish()
            progress.finish("track")
        }
    }
}
