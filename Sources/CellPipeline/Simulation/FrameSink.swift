/// Where a made-up scene's frames go: field after field, in each time after time, at each time channel after channel.
protocol FrameSink: AnyObject {
    /// The frames that follow belong to this field of view.
    func begin(fov: Int) throws
    /// The next frame of a channel.
    func append(_ frame: [UInt16], channel: Int) throws
    /// Everything was written; what is not there under its name yet gets it.
    func finish() throws
}

/// An npy stack for each field of view and channel.
final class NpySink: FrameSink {
    private let folder: String
    private let metadata: SceneMetadata
    private var stacks: [NpyWriter] = []

    init(folder: String, metadata: SceneMetadata) {
        self.folder = folder
        self.metadata = metadata
    }

    func begin(fov: Int) throws {
        try finish()
        stacks = try (0...metadata.channels.fl.count).map { channel in
            let name = SceneMetadata.stackName(fov: fov, channel: channel)
            return try NpyWriter(path: joinPath(folder, name), type: .uint16, shape: metadata.shape)
        }
    }

    func append(_ frame: [UInt16], channel: Int) throws { try stacks[channel].append(frame) }

    func finish() throws {
        for stack in stacks { try stack.finish() }
        stacks = []
    }
}
