internal import TIFF

/// What was understood of a file of images or a scene's folder, for people and programs to see.
public struct ImageInfo: Codable, Equatable, Sendable {
    /// A channel, by its number from 0.
    public struct Channel: Codable, Equatable, Sendable {
        /// As in options and file names.
        public var channel: Int
        /// The name in the file.
        public var name: String?
        /// `pc` for phase contrast, `fl` for fluorescence; nil where it is left out.
        public var role: String?
    }

    /// Version of this form.
    public var schema = 1
    /// As it was given.
    public var path: String
    /// `OME-TIFF`, `ImageJ`, `TIFF`, or `npy` for a scene's folder.
    public var format: String
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// What a pixel is: `uint16`.
    public var sample: String?
    /// Width of a pixel in micrometres.
    public var pixelUm: Double?
    /// Times.
    public var nFrames: Int
    /// Slices of each frame.
    public var nSlices: Int
    /// Fields of view.
    public var nFovs: Int
    /// Their names, where they have some.
    public var fovNames: [String]?
    /// All channels.
    public var channels: [Channel]
    /// When the frames were taken, in milliseconds; the first field of view's.
    public var timepointsMs: [Double]?

    enum CodingKeys: String, CodingKey {
        case schema, path, format, height, width, sample, channels
        case pixelUm = "pixel_um"
        case nFrames = "n_frames"
        case nSlices = "n_slices"
        case nFovs = "n_fovs"
        case fovNames = "fov_names"
        case timepointsMs = "timepoints_ms"
    }

    /// Looks at a scene's folder or a file of images; pixels are not read, and several slices are no error.
    public init(path: String, choice: ImageChoice) throws {
        self.path = path
        let roles: SceneMetadata.Channels
        if isFolder(path) {
            let metadata = try NpyScene(folder: path, choice: choice).metadata
            roles = metadata.channels
            (format, height, width) = ("npy", metadata.height, metadata.width)
            (nFrames, nSlices, nFovs) = (metadata.nFrames, 1, metadata.nFovs)
            timepointsMs = metadata.timepointsMs
            channels = ([roles.pc] + roles.fl).sorted().map { Channel(channel: $0) }
        } else {
            let file = try TIFFFilm(path: path, layout: choice.layout)
            let film = file.film
            roles = try choice.channels(film.channels)
            (format, height, width) = (film.origin.rawValue, film.size.height, film.size.width)
            (nFrames, nSlices, nFovs) = (film.times, film.slices, film.fields.count)
            timepointsMs =
                choice.intervalMs.map { step in (0..<film.times).map { Double($0) * step } }
                ?? film.fields[0].times
            channels = film.channels.enumerated().map { Channel(channel: $0, name: $1.name) }
            (sample, pixelUm) = (file.sample.rawValue, film.pixelMicrometres)
            let names = film.fields.compactMap(\.name)
            fovNames = names.isEmpty ? nil : names
        }
        for index in channels.indices {
            let number = channels[index].channel
            channels[index].role = number == roles.pc ? "pc" : roles.fl.contains(number) ? "fl" : nil
        }
    }

    /// As JSON with sorted keys.
    public func json() throws -> String { try encodeJSON(self) }

    /// A line for each thing that is known.
    public func text() -> String {
        var pixels = "\(width) x \(height) pixels"
        if let sample { pixels += " of \(sample)" }
        if let pixelUm { pixels += ", \(number(pixelUm)) um wide each" }
        var times = "\(nFrames), times not known"
        if let first = timepointsMs?.first, let last = timepointsMs?.last {
            times = "\(nFrames), from \(number(first / 1000)) s to \(number(last / 1000)) s"
        }
        let names = fovNames.map { ": " + $0.joined(separator: ", ") } ?? ""
        let list = channels.map { channel in
            let role = ["pc": " (phase contrast)", "fl": " (fluorescence)"][channel.role] ?? ""
            return "\(channel.channel)" + (channel.name.map { " " + $0 } ?? "") + role
        }
        let lines = [
            ("format", format), ("frame", pixels), ("frames", times), ("channels", list.joined(separator: ", ")),
            ("slices", "\(nSlices)"), ("fields", "\(nFovs)" + names),
        ]
        return lines.map { $0 + String(repeating: " ", count: 10 - $0.count) + $1 + "\n" }.joined()
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
