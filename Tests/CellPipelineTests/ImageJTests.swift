import Testing

@testable import CellPipeline

struct ImageJTests {
    @Test func aHyperstacksDescriptionIsRead() throws {
        let text = """
            ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nmode=grayscale\nunit=\\u00B5m
            finterval=2.5\ntunit=min\nloop=false\n
            """
        let description = try #require(try ImageJDescription(text))
        #expect(description.images == 12)
        #expect(description.intervalMs == 150_000)
        #expect(description.unitMicrometres == 1)
        let table = try description.planes(count: 12)
        #expect(table.plane(field: 0, time: 1, channel: 1, slice: 2) == 6 + 2 * 2 + 1)
    }

    @Test func whatIsNotMentionedIsOneOrNotKnown() throws {
        let description = try #require(try ImageJDescription("ImageJ=1.47a\nimages=40\nframes=40\n"))
        #expect((description.channels, description.slices, description.frames) == (1, 1, 40))
        #expect(description.intervalMs == nil && description.unitMicrometres == nil)
        #expect(try ImageJDescription("finterval=1") == nil)
        #expect(try #require(try ImageJDescription("ImageJ=1\nfinterval=1\ntunit=fortnight")).intervalMs == nil)
    }

    @Test func numbersThatDoNotAddUpAreNamed() throws {
        for text in ["images=0", "images=-4", "images=x", "frames=99999999999999999999", "images=2000000"] {
            #expect(throws: ImageFault.self) { try ImageJDescription("ImageJ=1\n" + text) }
        }
        let description = try #require(try ImageJDescription("ImageJ=1\nimages=5\nchannels=2\nframes=2"))
        #expect(throws: ImageFault.self) { try description.planes(count: 5) }
        let huge = "ImageJ=1\nchannels=1000000\nslices=1000000\nframes=1000000"
        #expect(throws: ImageFault.self) { try #require(try ImageJDescription(huge)).planes(count: 5) }
    }
}
