/// Where the frames of a scene come from: a folder of npy stacks, or a file of images.
protocol SceneSource {
    /// What is known of the scene.
    var metadata: SceneMetadata { get }

    /// Opens one channel of one field of view.
    func stack(fov: Int, channel: Int) throws -> any FrameSource
}

/// The frames of one field of view and channel.
protocol FrameSource {
    /// Reads the frame `t`, from 0, into a buffer of a frame's size.
    func read(_ t: Int, into frame: inout [UInt16]) throws
}

/// A folder with `metadata.json` and npy stacks of 16 or 8 bits.
struct NpyScene: SceneSource {
    let folder: String
    let metadata: SceneMetadata

    /// A folder says everything itself, so `choice` must leave all to it.
    init(folder: String, choice: ImageChoice) throws {
        if choice != ImageChoice() {
            throw PipelineError(
                cannot: "use", folder, "layout, channels, slices and interval of a folder stand in its metadata.json")
        }
        self.folder = folder
        metadata = try SceneMetadata.read(from: folder)
    }

    func stack(fov: Int, channel: Int) throws -> any FrameSource {
        let path = joinPath(folder, SceneMetadata.stackName(fov: fov, channel: channel))
        return NpyFrames(try NpyReader(path: path, types: [.uint16, .uint8], of: metadata))
    }
}

private final class NpyFrames: FrameSource {
    private let reader: NpyReader
    private var bytes: [UInt8] = []

    init(_ reader: consuming NpyReader) { self.reader = reader }

    func read(_ t: Int, into frame: inout [UInt16]) throws {
        if reader.header.type == .uint16 { return try reader.readFrame(t, into: &frame) }
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: frame.count) }
        try reader.readFrame(t, into: &bytes)
        for i in frame.indices { frame[i] = UInt16(bytes[i]) }
    }
}

extension NpyReader {
    /// Opens a stack and checks that it has the scene's shape and an expected type of elements.
    init(path: String, types: [NpyType], of metadata: SceneMetadata) throws {
        let reader = try NpyReader(path: path)
        let shape = metadata.shape
        if reader.header.shape != shape {
            throw PipelineError(cannot: "use", path, "its shape is \(reader.header.shape), the scene's is \(shape)")
        }
        if !types.contains(reader.header.type) {
            let expected = types.map(\.rawValue).joined(separator: " or ")
            throw PipelineError(cannot: "use", path, "its elements are \(reader.header.type.rawValue), not \(expected)")
        }
        self = reader
    }
}
