import FoundationEssentials

/// What is known of a scene: `metadata.json` in a scene's folder, carried along into the results by the copying step.
public struct SceneMetadata: Codable, Equatable, Sendable {
    /// Which channel is the phase contrast, and which ones are fluorescence.
    public struct Channels: Codable, Equatable, Sendable {
        /// Index of the phase contrast channel.
        public var pc: Int
        /// Indices of the fluorescence channels.
        public var fl: [Int]
    }

    /// Version of this description.
    public var schema: Int
    /// The first part of every result's file name.
    public var baseName: String
    /// Rows of a frame.
    public var height: Int
    /// Columns of a frame.
    public var width: Int
    /// Frames of each stack.
    public var nFrames: Int
    /// Fields of view.
    public var nFovs: Int
    /// What each channel shows.
    public var channels: Channels
    /// When each frame was taken, in milliseconds; absent where it is not known.
    public var timepointsMs: [Double]?

    static let fileName = "metadata.json"
    static let knownSchema = 1

    enum CodingKeys: String, CodingKey {
        case schema, height, width, channels
        case baseName = "base_name"
        case nFrames = "n_frames"
        case nFovs = "n_fovs"
        case timepointsMs = "timepoints_ms"
    }

    /// Of each stack.
    var shape: [Int] { [nFrames, height, width] }

    var size: FrameSize { FrameSize(height: height, width: width) }

    /// The stack of one channel in a scene's folder.
    static func stackName(fov: Int, channel: Int) -> String { "\(fovName(fov))_ch_\(channel).npy" }

    package static func read(from folder: String) throws -> SceneMetadata {
        let path = joinPath(folder, fileName)
        let bytes = try readBytes(path)
        let metadata: SceneMetadata
        do {
            metadata = try JSONDecoder().decode(SceneMetadata.self, from: Data(bytes))
        } catch {
            throw PipelineError(
                cannot: "read", path, "it is no description of a scene (\(decodingFault(error)))",
                hint: "compare it with docs/cellpipe.md, section \"A scene\"")
        }
        if let fault = metadata.fault { throw PipelineError(cannot: "use", path, fault) }
        return metadata
    }

    func write(to folder: String) throws {
        try writeText(try encodeJSON(self), to: joinPath(folder, Self.fileName))
    }

    /// What is wrong with it; nil where nothing is.
    var fault: String? {
        if schema != Self.knownSchema { return "its schema is \(schema), and this program knows \(Self.knownSchema)" }
        for (key, value) in [("height", height), ("width", width), ("n_frames", nFrames), ("n_fovs", nFovs)]
        where !(1...1_000_000).contains(value) {
            return "its \(key) is \(value)"
        }
        if baseName.isEmpty || baseName.contains("/") { return "its base_name '\(baseName)' is no part of a file name" }
        let all = [channels.pc] + channels.fl
        if all.contains(where: { $0 < 0 }) || Set(all).count != all.count {
            return "its channels are not different numbers from 0"
        }
        if let timepointsMs, timepointsMs.count != nFrames {
            return "it has \(timepointsMs.count) timepoints for \(nFrames) frames"
        }
        return nil
    }
}

/// "fov_007"
func fovName(_ fov: Int) -> String { "fov_" + padded(fov, to: 3) }

/// A number with zeros before it.
func padded(_ number: Int, to digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// JSON that people can read, keys sorted, with a line's end.
package func encodeJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

/// The part of a decoder's error that helps the person who wrote the file.
func decodingFault(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it cannot be parsed" }
    switch error {
    case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        return context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
    case .dataCorrupted(let context): return context.debugDescription
    @unknown default: return "it cannot be parsed"
    }
}
