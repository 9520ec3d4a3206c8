/// What was understood of a file of images: its fields of view, all of one form, and where each plane lies.
struct Film: Equatable {
    /// What the understanding rests on.
    enum Origin: String {
        case ome = "OME-TIFF"
        case imageJ = "ImageJ"
        case layout = "TIFF"
    }

    struct Channel: Equatable {
        var name: String?
        /// How the file says that it was taken, in OME's words: `Phase`, `Brightfield`, `Fluorescence`.
        var contrast: String?
    }

    struct Field: Equatable {
        var name: String?
        /// When each frame was taken, in milliseconds; nil where it is not known.
        var times: [Double]?
        /// For each time, in it for each channel, in it for each slice: the plane's number.
        var planes: [Int32]
    }

    var origin: Origin
    var size: FrameSize
    var times: Int
    var slices: Int
    var channels: [Channel]
    var fields: [Field]
    /// Width of a pixel in micrometres; nil where it is not known.
    var pixelMicrometres: Double?
    /// Planes lie one after another behind the first page instead of in pages of their own.
    var isSequence = false

    func plane(field: Int, time: Int, channel: Int, slice: Int) -> Int {
        Int(fields[field].planes[(time * channels.count + channel) * slices + slice])
    }

    /// A film of regular planes; `pages` gives the page of each plane.
    init(_ table: PlaneTable, pages: [Int32], size: FrameSize, origin: Origin) {
        self.origin = origin
        self.size = size
        times = table.times
        slices = table.slices
        channels = [Channel](repeating: Channel(), count: table.channels)
        fields = (0..<table.fields).map { field in
            var planes: [Int32] = []
            for time in 0..<table.times {
                for channel in 0..<table.channels {
                    for slice in 0..<table.slices {
                        planes.append(
                            pages[table.plane(field: field, time: time, channel: channel, slice: slice)])
                    }
                }
            }
            return Field(planes: planes)
        }
    }

    /// A film of which the parts are known already.
    init(origin: Origin, size: FrameSize, times: Int, slices: Int, channels: [Channel], fields: [Field]) {
        self.origin = origin
        self.size = size
        self.times = times
        self.slices = slices
        self.channels = channels
        self.fields = fields
    }
}
