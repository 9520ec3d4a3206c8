import Foundation

/// What is known of a scene besides its pixels: `metadata.json` in its folder, copied to the results.
package struct Metadata: Codable, Equatable, Sendable {
    /// Beginning of all file names.
    package var base: String
    /// Fields of view and frames.
    package var fovs: Int, frames: Int
    /// Size in pixels.
    package var height: Int, width: Int
    /// Channel of the phase contrast images, and channels of fluorescence.
    package var pc: Int, fl: [Int]
    /// Milliseconds since the first frame, one for each.
    package var timepoints: [Double]

    /// Reads the file of a folder.
    package static func read(in folder: String) throws -> Metadata {
        let path = joinPath(folder, "metadata.json")
        do {
            return try JSONDecoder().decode(Metadata.self, from: Data(readBytes(path)))
        } catch let error as DecodingError {
            throw PipelineError(
                cannot: "read", path, "\(error)", hint: "write it with: cellpipe simulate, or as docs/cellpipe.md says")
        }
    }

    package func write(in folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try writeText(
            String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: joinPath(folder, "metadata.json"))
    }

    /// Raw stack of a channel in a scene's folder.
    package func raw(_ folder: String, fov: Int, channel: Int) -> String {
        joinPath(folder, "fov_\(padded(fov))_ch_\(channel).npy")
    }

    /// A result file of a field of view: `fov_000/BASE_fov_000_NAME`.
    package func result(_ folder: String, fov: Int, _ name: String) -> String {
        joinPath(folder, "fov_\(padded(fov))/\(base)_fov_\(padded(fov))_\(name)")
    }

    private func padded(_ number: Int) -> String { String(String(1000 + number).dropFirst()) }
}
