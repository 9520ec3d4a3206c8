/// A file of images as a scene: TIFF, OME-TIFF or ImageJ's.
struct TIFFScene: SceneSource {
    let metadata: SceneMetadata
    private let frames: PlaneFrames
    private let film: Film
    private let slices: ClosedRange<Int>

    init(path: String, choice: ImageChoice) throws {
        let file = try TIFFFilm(path: path, layout: choice.layout)
        film = file.film
        slices = try choice.slices.resolve(count: film.slices, path: path)
        frames = PlaneFrames(file)
        let times = choice.intervalMs.map { step in (0..<file.film.times).map { Double($0) * step } }
        metadata = SceneMetadata(
            schema: SceneMetadata.knownSchema, baseName: imageName(path), height: film.size.height,
            width: film.size.width, nFrames: film.times, nFovs: film.fields.count,
            channels: try choice.channels(film.channels),
            timepointsMs: times ?? film.fields[0].times)
        if let fault = metadata.fault { throw PipelineError(cannot: "use", path, fault) }
    }

    func stack(fov: Int, channel: Int) throws -> any FrameSource {
        Stack(film: film, frames: frames, fov: fov, channel: channel, slices: slices)
    }

    private struct Stack: FrameSource {
        let film: Film
        let frames: PlaneFrames
        let fov: Int
        let channel: Int
        let slices: ClosedRange<Int>

        func read(_ t: Int, into frame: inout [UInt16]) throws {
            for slice in slices {
                let plane = film.plane(field: fov, time: t, channel: channel, slice: slice)
                if slice == slices.lowerBound {
                    try frames.read(plane, into: &frame)
                } else {
                    try frames.addBrightest(plane, to: &frame)
                }
            }
        }
    }
}

/// The name of a file of images without the ending that tells its format: `scene_000` of `data/scene_000.ome.tif`.
func imageName(_ path: String) -> String {
    var name = lastPart(of: path)
    for ending in [".tif", ".tiff", ".btf", ".tf8", ".ome"] where name.lowercased().hasSuffix(ending) {
        name.removeLast(ending.count)
    }
    return name
}
