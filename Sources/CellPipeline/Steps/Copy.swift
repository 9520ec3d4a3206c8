extension Pipeline {
    /// Takes the stacks of a scene's folder over into the results' folder, frame by frame, as 16-bit numbers.
    ///
    /// Later steps need nothing of the scene's folder any more; `metadata.json` comes along.
    public func copy() throws {
        guard let scene = inputs.first, inputs.count == 1 else {
            throw PipelineError(cannot: "copy", inputs.joined(separator: ", "), "one scene's folder is needed")
        }
        let metadata = try SceneMetadata.read(from: scene)
        let range = try fovs?.resolve(count: metadata.nFovs) ?? 0...metadata.nFovs - 1
        try makeFolder(output)
        for fov in range {
            let channels = [(metadata.channels.pc, true)] + metadata.channels.fl.map { ($0, false) }
            for (channel, isPhaseContrast) in channels {
                let stack = joinPath(scene, SceneMetadata.stackName(fov: fov, channel: channel))
                let product = isPhaseContrast ? Product.phaseContrast(channel) : .fluorescence(channel)
                try copyStack(stack, to: try target(product, metadata, fov: fov), metadata, fov: fov, channel: channel)
            }
        }
        try metadata.write(to: output)
    }

    private func copyStack(_ path: String, to target: String, _ metadata: SceneMetadata, fov: Int, channel: Int) throws
    {
        let reader = try openStack(path, [.uint16, .uint8], metadata)
        let writer = try NpyWriter(path: target, type: .uint16, shape: reader.header.shape)
        var frame = [UInt16](repeating: 0, count: metadata.size.count)
        var bytes = [UInt8](repeating: 0, count: reader.header.type == .uint8 ? frame.count : 0)
        for t in 0..<metadata.nFrames {
            if reader.header.type == .uint8 {
                try reader.readFrame(t, into: &bytes)
                for i in frame.indices { frame[i] = UInt16(bytes[i]) }
            } else {
                try reader.readFrame(t, into: &frame)
            }
            try writer.append(frame)
            progress.report("copy", fovName(fov), done: t + 1, total: metadata.nFrames, "channel \(channel)")
        }
        try writer.finish()
    }
}
