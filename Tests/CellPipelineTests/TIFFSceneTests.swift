import Foundation
import TIFF
import Testing

@testable import CellPipeline

struct TIFFSceneTests {
    /// A file of frames of 2 x 1 pixels: the plane's number, and 100 times it.
    private func file<Sample: TIFFSample & Numeric>(
        _ path: String, planes: Int, _ description: String?, _ unit: Sample
    ) throws {
        let writer = try TIFFWriter(path: path)
        var value: Sample = 0
        for plane in 0..<planes {
            try writer.append([value, value + value], width: 2, height: 1, description: plane == 0 ? description : nil)
            value += unit
        }
    }

    private func fault(_ path: String, _ change: (inout ImageChoice) -> Void = { _ in }) throws -> String {
        var choice = ImageChoice()
        change(&choice)
        do {
            let scene = try TIFFScene(path: path, choice: choice)
            var frame: [UInt16] = [0, 0]
            try scene.stack(fov: 0, channel: 0).read(scene.metadata.nFrames - 1, into: &frame)
            return ""
        } catch let error as PipelineError {
            return error.description
        }
    }

    @Test func everyKindOfWholeNumberIsTakenAsItIs() throws {
        let folder = try TemporaryFolder()
        try file(folder("a.tif"), planes: 3, nil, 20 as UInt8)
        try file(folder("b.tif"), planes: 3, nil, 20 as Int8)
        try file(folder("c.tif"), planes: 3, nil, 20 as UInt16)
        try file(folder("d.tif"), planes: 3, nil, 20 as Int16)
        try file(folder("e.tif"), planes: 3, nil, 20 as UInt32)
        try file(folder("f.tif"), planes: 3, nil, 20 as Int32)
        try file(folder("g.tif"), planes: 3, nil, 20 as Float)
        var choice = ImageChoice()
        choice.layout = try #require(Layout("t"))
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            let scene = try TIFFScene(path: folder(name + ".tif"), choice: choice)
            var frame: [UInt16] = [0, 0]
            try scene.stack(fov: 0, channel: 0).read(2, into: &frame)
            #expect(frame == [40, 80])
            #expect(scene.metadata.baseName == name && scene.metadata.timepointsMs == nil)
        }
    }

    @Test func valuesThatAreNoneOfThePipelinesAreNamed() throws {
        let folder = try TemporaryFolder()
        try file(folder("a.tif"), planes: 2, nil, -1 as Int16)
        try file(folder("b.tif"), planes: 2, nil, 40_000 as UInt32)
        try file(folder("c.tif"), planes: 2, nil, 0.25 as Float)
        try file(folder("d.tif"), planes: 2, nil, Float.nan)
        for name in ["a", "b", "c", "d"] {
            let text = try fault(folder(name + ".tif")) { $0.layout = Layout("t")! }
            #expect(text.contains("page 1 of") && text.contains("no whole number from 0 to 65535"))
        }
    }

    @Test func slicesAreChosenOrJoined() throws {
        let folder = try TemporaryFolder()
        try file(folder("z.tif"), planes: 4, "ImageJ=1\nimages=4\nslices=2\nframes=2\nhyperstack=true\n", 10 as UInt16)
        #expect(try fault(folder("z.tif")).contains("--z max"))
        #expect(try fault(folder("z.tif")) { $0.slices = .number(2) }.contains("slices 0 to 1"))
        for (rule, expected) in [(SliceRule.number(0), [20, 40]), (.number(1), [30, 60]), (.brightest, [30, 60])]
            as [(SliceRule, [UInt16])]
        {
            var choice = ImageChoice()
            choice.slices = rule
            var frame: [UInt16] = [0, 0]
            try TIFFScene(path: folder("z.tif"), choice: choice).stack(fov: 0, channel: 0).read(1, into: &frame)
            #expect(frame == expected)
        }
        #expect(try ImageInfo(path: folder("z.tif"), choice: ImageChoice()).nSlices == 2)
    }

    @Test func channelsAreChosenByNumberOrName() throws {
        let channels = [Film.Channel(name: "GFP"), .init(name: "PH", contrast: "Phase"), .init(name: nil)]
        var choice = ImageChoice()
        #expect(try choice.channels(channels) == .init(pc: 1, fl: [0, 2]))
        choice.phaseContrast = "2"
        choice.fluorescence = ["GFP"]
        #expect(try choice.channels(channels) == .init(pc: 2, fl: [0]))
        choice.fluorescence = ["RFP"]
        #expect {
            try choice.channels(channels)
        } throws: { error in
            "\(error)".contains("the file has 'GFP', 'PH', 2")
        }
    }

    @Test func aFileThatDoesNotSayWhatItsPagesAreNeedsALayout() throws {
        let folder = try TemporaryFolder()
        try file(folder("a.tif"), planes: 6, nil, 1 as UInt16)
        try file(folder("b.tif"), planes: 6, "<OME><Image><Pixels", 1 as UInt16)
        try file(folder("c.tif"), planes: 6, "{\"shape\": [3, 2, 1, 2]}", 1 as UInt16)
        for name in ["a.tif", "b.tif", "c.tif"] {
            #expect(try fault(folder(name)).contains("try: say with --layout"))
            #expect(try fault(folder(name)) { $0.layout = Layout("t,c=2")! } == "")
        }
        var choice = ImageChoice()
        choice.layout = try #require(Layout("t,c=2"))
        choice.intervalMs = 500
        let metadata = try TIFFScene(path: folder("a.tif"), choice: choice).metadata
        #expect(metadata.timepointsMs == [0, 500, 1000] && metadata.channels == .init(pc: 0, fl: [1]))
    }

    @Test func pagesOfDifferentFormAreNamed() throws {
        let folder = try TemporaryFolder()
        for (name, width, height) in [("a.tif", 3, 1), ("b.tif", 1, 2)] {
            let writer = try TIFFWriter(path: folder(name))
            try writer.append([1, 2] as [UInt16], width: 2, height: 1)
            try writer.append([UInt16](repeating: 1, count: width * height), width: width, height: height)
            #expect(try fault(folder(name)) { $0.layout = Layout("t")! }.contains("page 1 is \(width) x \(height)"))
        }
        let writer = try TIFFWriter(path: folder("c.tif"))
        try writer.append([1, 2] as [UInt16], width: 2, height: 1)
        try writer.append([1, 2] as [UInt8], width: 2, height: 1)
        #expect(try fault(folder("c.tif")) { $0.layout = Layout("t")! }.contains("other pixels"))
    }

    @Test func whatIsNoTIFFIsNamed() throws {
        let folder = try TemporaryFolder()
        try write(Array("not an image".utf8), to: folder("a.tif"))
        #expect(try fault(folder("a.tif")).hasPrefix("cannot open '\(folder("a.tif"))'"))
        #expect(try fault(folder("b.tif")).contains("No such file"))
    }

    @Test func planesBehindTheOnlyPageAreRead() throws {
        let folder = try TemporaryFolder()
        try file(folder("a.tif"), planes: 1, "ImageJ=1\nimages=4\nchannels=2\nframes=2\nfinterval=2\n", 1 as UInt16)
        #expect(try fault(folder("a.tif")).contains("4 planes behind its only page"))
        // As ImageJ writes it: the directory first, the planes behind everything else, the high byte first.
        let text = Array("ImageJ=1\nimages=4\nchannels=2\nframes=2\nfinterval=2\n\0".utf8)
        let fields = [
            (256, 4, 1, 2), (257, 4, 1, 1), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 1),
            (270, 2, text.count, 8 + 2 + 120 + 4), (273, 4, 1, 200), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 1, 4),
        ]
        var bytes = Array("MM\0*\0\0\0\u{8}\0".utf8) + [UInt8(fields.count)]
        for (tag, type, count, value) in fields {
            bytes += [UInt8(tag >> 8), UInt8(tag & 255), 0, UInt8(type), 0, 0, 0, UInt8(count)]
            bytes += type == 3 ? [0, UInt8(value), 0, 0] : [0, 0, 0, UInt8(value)]
        }
        bytes += [0, 0, 0, 0] + text
        bytes += [UInt8](repeating: 0, count: 200 - bytes.count) + (0..<8).flatMap { [UInt8(1), $0] }
        try write(bytes, to: folder("b.tif"))
        let scene = try TIFFScene(path: folder("b.tif"), choice: ImageChoice())
        #expect(scene.metadata.nFrames == 2 && scene.metadata.timepointsMs == [0, 2000])
        var frame: [UInt16] = [0, 0]
        try scene.stack(fov: 0, channel: 1).read(1, into: &frame)
        #expect(frame == [256 + 6, 256 + 7])
        try write(Array(bytes.dropLast()), to: folder("b.tif"))
        #expect(try fault(folder("b.tif")).contains("4 planes behind its only page, and there are 3"))
    }

    @Test func endingsAreNoPartOfANameButOtherDotsAre() {
        #expect(imageName("a/scene_000.ome.tif") == "scene_000")
        #expect(imageName("a/b.c.TIFF") == "b.c")
        #expect(imageName("scene_000") == "scene_000")
    }
}
