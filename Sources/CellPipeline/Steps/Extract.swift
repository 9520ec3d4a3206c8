extension Pipeline {
    /// Measures every cell in every frame: one table per fluorescence channel.
    public func extract(_ parameters: ExtractionParameters) throws {
        try parameters.check()
        let (metadata, fovs) = try open()
        for fov in fovs {
            for channel in metadata.channels.fl {
                var collection = TraceCollection()
                try measure(&collection, metadata, fov: fov, channel: channel)
                let table = TraceTable(fov: fov, parameters: parameters, metadata: metadata)
                try table.write(collection, to: try target(.traces(channel), metadata, fov: fov))
            }
            progress.finish("extract")
        }
    }

    private func measure(
        _ collection: inout TraceCollection, _ metadata: SceneMetadata, fov: Int, channel: Int
    ) throws {
        let stack = try NpyReader(
            path: try source(.corrected(channel), metadata, fov: fov), types: [.float32], of: metadata)
        let numbered = try NpyReader(
            path: try source(.labels(metadata.channels.pc), metadata, fov: fov), types: [.uint16], of: metadata)
        var values = [Float](repeating: 0, count: metadata.size.count)
        var labels = [UInt16](repeating: 0, count: metadata.size.count)
        for t in 0..<metadata.nFrames {
            try stack.readFrame(t, into: &values)
            try numbered.readFrame(t, into: &labels)
            collection.measure(values, labels, size: metadata.size, frame: t)
            progress.report("extract", fovName(fov), done: t + 1, total: metadata.nFrames, "channel \(channel)")
        }
    }
}
