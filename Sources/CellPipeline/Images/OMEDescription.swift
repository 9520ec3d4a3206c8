/// What the OME-XML in the first page's ImageDescription says: an image for each field of view.
///
/// Source: OME Data Model 2016-06 and the OME-TIFF specification. Only what leads to planes, names, times and the pixels'
/// size is kept.
struct OMEDescription {
    struct Image {
        var name: String?
        /// The attributes of `Pixels`.
        var pixels: [String: String] = [:]
        var channels: [Film.Channel] = []
        var blocks: [Block] = []
        /// Milliseconds of each time, and the channel and slice that they were taken from.
        var deltas: [Int: Delta] = [:]
    }

    /// A `TiffData`: a run of planes in the order of dimensions, and where their pages begin.
    struct Block: Equatable {
        var page: Int?
        var count: Int?
        var channel = 0
        var slice = 0
        var time = 0
    }

    struct Delta {
        let channel: Int
        let slice: Int
        let milliseconds: Double
    }

    private(set) var images: [Image] = []
    /// Names of the files that hold the planes; one or none where it is this file.
    private(set) var files: Set<String> = []

    /// Nil for a text that is no OME-XML.
    init?(_ text: String) throws(ImageFault) {
        let first = text.first { !$0.isWhitespace && $0 != "\u{feff}" }
        guard first == "<", text.contains("OME") else { return nil }
        var scanner = XMLScanner(text)
        var path: [String] = []
        while let event = try scanner.next() {
            switch event {
            case .start(let name, let attributes):
                if path.isEmpty && name != "OME" { return nil }
                try begin(name, in: path, attributes)
                path.append(name)
            case .end: path.removeLast()
            case .text(let text):
                if path.last == "UUID", path.dropLast().last == "TiffData" {
                    let id = text.filter { !$0.isWhitespace }
                    if !id.isEmpty { pendingUUID = id }
                }
            }
            if case .end("UUID") = event { closeUUID() }
        }
    }

    private var pendingName: String?
    private var pendingUUID: String?

    private mutating func closeUUID() {
        if let file = pendingName ?? pendingUUID { files.insert(file) }
        (pendingName, pendingUUID) = (nil, nil)
    }

    private mutating func begin(_ name: String, in path: [String], _ attributes: [String: String]) throws(ImageFault) {
        switch (path.last, name) {
        case ("OME", "Image"): images.append(Image(name: attributes["Name"]))
        case ("Image", "Pixels"): change { $0.pixels = attributes }
        case ("Pixels", "Channel"):
            let channel = Film.Channel(name: attributes["Name"], contrast: attributes["ContrastMethod"])
            change { $0.channels.append(channel) }
        case ("Pixels", "TiffData"):
            var block = Block()
            block.page = try Self.number(attributes, "IFD")
            block.count = try Self.number(attributes, "PlaneCount")
            block.channel = try Self.number(attributes, "FirstC") ?? 0
            block.slice = try Self.number(attributes, "FirstZ") ?? 0
            block.time = try Self.number(attributes, "FirstT") ?? 0
            change { $0.blocks.append(block) }
        case ("TiffData", "UUID"): pendingName = attributes["FileName"]
        case ("Pixels", "Plane"): try addDelta(attributes)
        default: break
        }
    }

    private mutating func change(_ body: (inout Image) -> Void) {
        if let last = images.indices.last { body(&images[last]) }
    }

    /// The lowest channel and slice of a time count for it.
    private mutating func addDelta(_ attributes: [String: String]) throws(ImageFault) {
        guard let text = attributes["DeltaT"], let value = Double(text), value.isFinite,
            let unit = OMEUnit.milliseconds(attributes["DeltaTUnit"])
        else { return }
        let channel = try Self.number(attributes, "TheC") ?? 0
        let slice = try Self.number(attributes, "TheZ") ?? 0
        let time = try Self.number(attributes, "TheT") ?? 0
        let delta = Delta(channel: channel, slice: slice, milliseconds: value * unit)
        change { image in
            if let known = image.deltas[time], (known.channel, known.slice) <= (channel, slice) { return }
            image.deltas[time] = delta
        }
    }

    /// A whole number from 0; nil where it is not there.
    static func number(_ attributes: [String: String], _ key: String) throws(ImageFault) -> Int? {
        guard let text = attributes[key] else { return nil }
        guard let number = Int(text), number >= 0 else { throw "its OME-XML says \(key)=\"\(text.prefix(20))\"" }
        return number
    }
}
