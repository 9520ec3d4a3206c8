extension Pipeline {
    /// Takes the frames of a scene, a folder of stacks or a file of images, over into the results' folder as 16-bit
    /// numbers.
    ///
    /// Later steps need nothing of the scene any more; `metadata.json` comes along, or is made. `choice` says what a file
    /// of images leaves open.
    public func copy(_ choice: ImageChoice = ImageChoice()) throws {
        guard let path = inputs.first, inputs.count == 1 else {
            throw PipelineError(cannot: "copy", inputs.joined(separator: ", "), "one scene is needed")
        }
        let scene: any SceneSource
        if !isFolder(path) {
            scene = try TIFFScene(path: path, choice: choice)
        } else {
            scene = try NpyScene(folder: path, choice: choice)
        }
        let metadata = scene.metadata
        let range = try fovs?.resolve(count: metadata.nFovs) ?? 0...metadata.nFovs - 1
        try makeFolder(output)
        for fov in range {
            let channels = [(metadata.channels.pc, true)] + metadata.channels.fl.map { ($0, false) }
            for (channel, isPhaseContrast) in channels {
                let product = isPhaseContrast ? Product.phaseContrast(channel) : .fluorescence(channel)
                let target = try target(product, metadata, fov: fov)
                let stack = try scene.stack(fov: fov, channel: channel)
                try copyStack(stack, to: target, metadata, fov: fov, channel: channel)
            }
            progress.finish("copy")
        }
        try metadata.write(to: output)
    }

    private func copyStack(
        _ stack: any FrameSource, to target: String, _ metadata: SceneMetadata, fov: Int, channel: Int
    ) throws {
        let writer = try NpyWriter(path: target, type: .uint16, shape: metadata.shape)
        var frame = [UInt16](repeating: 0, count: metadata.size.count)
        for t in 0..<metadata.nFrames {
            try stack.read(t, into: &frame)
            try writer.append(frame)
            progress.report("copy", fovName(fov), done: t + 1, total: metadata.nFrames, "channel \(channel)")
        }
        try writer.finish()
    }
}
