internal import Glibc
internal import TIFF

/// One TIFF file for a scene: a page for each frame, and what the format says of them on the first page.
final class TIFFSink: FrameSink {
    private let path: String
    private let temporaryPath: String
    private let metadata: SceneMetadata
    private var description: String?
    private var writer: TIFFWriter?
    private var isFinished = false

    /// A classic TIFF holds 4 GiB; this leaves room for the directories.
    private static let classicLimit = 4_000_000_000

    init(folder: String, format: SceneFormat, metadata: SceneMetadata) throws {
        let ending = format == .omeTIFF ? ".ome.tif" : ".tif"
        path = joinPath(folder, metadata.baseName + ending)
        temporaryPath = partialPath(path)
        self.metadata = metadata
        let channels = metadata.channels.fl.count + 1
        let size = 2 * metadata.shape.reduce(metadata.nFovs * channels, *)
        var form = TIFFWriter.Form()
        form.isBig = size > Self.classicLimit
        switch format {
        case .omeTIFF: description = omeXML(metadata)
        case .imageJ:
            if form.isBig {
                throw PipelineError(
                    cannot: "write", path, "ImageJ's files hold 4 GB, and this one needs \(size) bytes",
                    hint: "choose --format ome-tiff")
            }
            description = imageJText(metadata)
        case .npy, .tiff: break
        }
        do {
            writer = try TIFFWriter(path: temporaryPath, form: form)
        } catch {
            throw PipelineError(error)
        }
    }

    deinit { if !isFinished { unlink(temporaryPath) } }

    func begin(fov: Int) {}

    func append(_ frame: [UInt16], channel: Int) throws {
        do throws(TIFFError) {
            try writer?.append(frame, width: metadata.width, height: metadata.height, description: description)
        } catch {
            throw PipelineError(error)
        }
        description = nil
    }

    func finish() throws {
        writer = nil
        try renameIntoPlace(temporaryPath, path)
        isFinished = true
    }
}

/// ImageJ's description of a hyperstack of channels and frames.
func imageJText(_ metadata: SceneMetadata) -> String {
    let channels = metadata.channels.fl.count + 1
    let times = metadata.timepointsMs ?? []
    let interval = times.count > 1 ? "finterval=\((times[1] - times[0]) / 1000)\n" : ""
    return "ImageJ=1.54f\nimages=\(channels * metadata.nFrames)\nchannels=\(channels)\nframes=\(metadata.nFrames)\n"
        + "hyperstack=true\nmode=grayscale\n" + interval + "loop=false\n"
}

/// OME-XML of 2016-06 for pages in the order field, time, channel, the channel fastest.
func omeXML(_ metadata: SceneMetadata) -> String {
    let channels = metadata.channels.fl.count + 1
    let planes = channels * metadata.nFrames
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OME xmlns=\"\(omeNamespace)\""
    text += " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    text += " xsi:schemaLocation=\"\(omeNamespace) \(omeNamespace)/ome.xsd\">"
    for fov in 0..<metadata.nFovs {
        text += "<Image ID=\"Image:\(fov)\" Name=\"\(fovName(fov))\"><Pixels ID=\"Pixels:\(fov)\""
        text += " DimensionOrder=\"XYCZT\" Type=\"uint16\" SizeX=\"\(metadata.width)\" SizeY=\"\(metadata.height)\""
        text += " SizeC=\"\(channels)\" SizeZ=\"1\" SizeT=\"\(metadata.nFrames)\">"
        for channel in 0..<channels {
            let kind = channel == metadata.channels.pc ? "phase contrast\" ContrastMethod=\"Phase" : "light \(channel)"
            text += "<Channel ID=\"Channel:\(fov):\(channel)\" Name=\"\(kind)\" SamplesPerPixel=\"1\"/>"
        }
        text += "<TiffData IFD=\"\(fov * planes)\" PlaneCount=\"\(planes)\"/>"
        for (t, time) in (metadata.timepointsMs ?? []).enumerated() {
            for channel in 0..<channels {
                text += "<Plane TheZ=\"0\" TheT=\"\(t)\" TheC=\"\(channel)\" DeltaT=\"\(time)\" DeltaTUnit=\"ms\"/>"
            }
        }
        text += "</Pixels></Image>"
    }
    return text + "</OME>"
}

private let omeNamespace = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
