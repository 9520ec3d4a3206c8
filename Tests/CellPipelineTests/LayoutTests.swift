import Testing

@testable import CellPipeline

struct LayoutTests {
    @Test func theSlowestAxisComesFirst() throws {
        let table = try #require(Layout("p=2,t,c=3")).planes(count: 24)
        #expect((table.fields, table.times, table.channels, table.slices) == (2, 4, 3, 1))
        #expect(table.plane(field: 0, time: 0, channel: 2, slice: 0) == 2)
        #expect(table.plane(field: 0, time: 1, channel: 0, slice: 0) == 3)
        #expect(table.plane(field: 1, time: 0, channel: 0, slice: 0) == 12)
        let other = try #require(Layout("C=2,T=3,Z=2")).planes(count: 12)
        #expect(other.plane(field: 0, time: 2, channel: 1, slice: 1) == 11)
        #expect(other.plane(field: 0, time: 0, channel: 1, slice: 0) == 6)
    }

    @Test(arguments: ["", "t,", "x", "t,c", "t=0", "t=-1", "t=a", "t=1=2", "t,t=2", "auto,t", "t=99999999999999999999"])
    func whatIsNoLayoutIsRefused(text: String) { #expect(Layout(text) == nil) }

    @Test func whatDoesNotFitIsNamed() throws {
        for (text, part) in [
            ("t,c=4", "multiples of 4 planes, and it has 6"), ("t=2,c=2", "4 planes, and it has 6"),
            ("t,c=7", "more than its 6 planes"), ("p=9223372036854775807,t=9223372036854775807", "more than"),
        ] {
            let layout = try #require(Layout(text))
            #expect {
                try layout.planes(count: 6)
            } throws: { error in
                (error as? ImageFault)?.text.contains(part) == true
            }
        }
    }
}
