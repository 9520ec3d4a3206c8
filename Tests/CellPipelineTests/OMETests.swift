import Testing

@testable import CellPipeline

/// OME-XML from the specification's facts: attributes, defaults and orders.
struct OMETests {
    private func film(_ inner: String, pages: Int, _ sizes: String = "SizeC=\"2\" SizeT=\"3\" SizeZ=\"1\"") throws
        -> Film
    {
        let text = """
            <OME:OME xmlns:OME="http://www.openmicroscopy.org/Schemas/OME/2016-06"><OME:Image ID="Image:0" Name="A &amp; B">
            <OME:Pixels DimensionOrder="XYCZT" SizeX="5" SizeY="4" \(sizes)>\(inner)</OME:Pixels></OME:Image></OME:OME>
            """
        return try Film(#require(try OMEDescription(text)), pageCount: pages)
    }

    private func fault(_ inner: String, pages: Int, _ sizes: String = "SizeC=\"2\" SizeT=\"3\" SizeZ=\"1\"") -> String {
        do {
            _ = try film(inner, pages: pages, sizes)
            return ""
        } catch {
            return (error as? ImageFault)?.text ?? "\(error)"
        }
    }

    @Test func planesFollowTheOrderOfDimensions() throws {
        for (order, plane) in [
            ("XYCZT", 1 * 2 * 3 + 1 * 2 + 1), ("XYCTZ", 1 + 1 * 2 + 1 * 2 * 4), ("XYZCT", 1 + 1 * 3 + 1 * 3 * 2),
            ("XYZTC", 1 + 1 * 3 + 1 * 3 * 4), ("XYTCZ", 1 + 1 * 4 + 1 * 4 * 2), ("XYTZC", 1 + 1 * 4 + 1 * 4 * 3),
        ] {
            let text = """
                <OME><Image><Pixels DimensionOrder="\(order)" SizeX="5" SizeY="4" SizeC="2" SizeT="4" SizeZ="3"><TiffData/>
                </Pixels></Image></OME>
                """
            let film = try Film(#require(try OMEDescription(text)), pageCount: 24)
            #expect(film.plane(field: 0, time: 1, channel: 1, slice: 1) == plane, "\(order)")
        }
    }

    @Test func namesTimesAndSizesAreTaken() throws {
        let film = try film(
            """
            <Channel Name="GFP"/><Channel Name="PH" ContrastMethod="Phase"/><TiffData IFD="0" PlaneCount="6"/>
            <Plane TheC="1" TheT="0" TheZ="0" DeltaT="9"/><Plane TheC="0" TheT="0" TheZ="0" DeltaT="0.5"/>
            <Plane TheC="0" TheT="1" TheZ="0" DeltaT="1" DeltaTUnit="min"/><Plane TheC="0" TheT="2" TheZ="0" DeltaT="2000"
            DeltaTUnit="ms"/>
            """, pages: 6,
            "SizeC=\"2\" SizeT=\"3\" SizeZ=\"1\" PhysicalSizeX=\"325\" PhysicalSizeXUnit=\"nm\"")
        #expect(film.fields[0].name == "A & B")
        #expect(film.channels.map(\.name) == ["GFP", "PH"])
        #expect(film.fields[0].times == [500, 60_000, 2000])
        #expect(film.pixelMicrometres == 0.325)
        #expect(try ImageChoice().channels(film.channels) == .init(pc: 1, fl: [0]))
        #expect(film.size == FrameSize(height: 4, width: 5))
    }

    @Test func theIncrementCountsWhereTimesAreMissing() throws {
        let sizes = "SizeC=\"2\" SizeT=\"3\" SizeZ=\"1\" TimeIncrement=\"5\" TimeIncrementUnit=\"min\""
        let film = try film("<TiffData/><Plane TheC=\"0\" TheT=\"1\" TheZ=\"0\" DeltaT=\"1\"/>", pages: 6, sizes)
        #expect(film.fields[0].times == [0, 300_000, 600_000])
        #expect(try self.film("<TiffData/>", pages: 6).fields[0].times == nil)
    }

    @Test func blocksSayWhereEachPlaneLies() throws {
        let single = try film(
            (0..<6).map { "<TiffData FirstC=\"\($0 % 2)\" FirstT=\"\($0 / 2)\" FirstZ=\"0\" IFD=\"\(7 - $0)\"/>" }
                .joined(),
            pages: 8)
        #expect(single.fields[0].planes == [7, 6, 5, 4, 3, 2])
        let run = try film(
            "<TiffData IFD=\"2\" PlaneCount=\"4\"/><TiffData IFD=\"0\" FirstT=\"2\" PlaneCount=\"2\"/>", pages: 6)
        #expect(run.fields[0].planes == [2, 3, 4, 5, 0, 1])
    }

    @Test func imagesAreFieldsOfView() throws {
        let image =
            "<Image Name=\"f\"><Pixels DimensionOrder=\"XYCZT\" SizeX=\"5\" SizeY=\"4\" SizeC=\"1\" SizeT=\"2\" SizeZ=\"1\">"
        let end = "</Pixels></Image>"
        let text = "<OME>\(image)\(end)\(image)\(end)</OME>"
        let film = try Film(#require(try OMEDescription(text)), pageCount: 4)
        #expect(film.fields.map(\.planes) == [[0, 1], [2, 3]])
        let other = image.replacing("SizeX=\"5\"", with: "SizeX=\"6\"")
        #expect {
            try Film(#require(try OMEDescription("<OME>\(image)\(end)\(other)\(end)</OME>")), pageCount: 4)
        } throws: { error in
            (error as? ImageFault)?.text.contains("6 x 4 pixels, 1 channels, 2 times, 1 slices in number 2") == true
        }
    }

    @Test func pagesNumberedFromNullInEachImageAreTakenInOrder() throws {
        let image = """
            <Image><Pixels DimensionOrder="XYCZT" SizeX="5" SizeY="4" SizeC="1" SizeT="2" SizeZ="1">
            <TiffData IFD="0" FirstT="0"/><TiffData IFD="1" FirstT="1"/></Pixels></Image>
            """
        let description = try #require(try OMEDescription("<OME>\(image)\(image)</OME>"))
        #expect(try Film(description, pageCount: 4).fields.map(\.planes) == [[0, 1], [2, 3]])
        for pages in [2, 3, 5] {
            #expect {
                try Film(description, pageCount: pages)
            } throws: { error in
                (error as? ImageFault)?.text == "its OME-XML gives page 0 to image 1 and again to image 2"
            }
        }
    }

    @Test func transmittedLightIsFoundByItsName() throws {
        for (contrasts, expected) in [
            (["Fluorescence", "Brightfield"], 1), (["Brightfield", "Phase"], 1), (["Fluorescence", "DIC"], 0), ([], 0),
        ] {
            let channels = contrasts.map { Film.Channel(name: nil, contrast: $0) }
            #expect(try ImageChoice().channels(channels + [.init()]).pc == expected)
        }
    }

    @Test func whatDoesNotAddUpIsNamed() {
        #expect(fault("<TiffData/>", pages: 5).contains("more planes than the 5 pages"))
        #expect(fault("<TiffData IFD=\"0\" PlaneCount=\"5\"/>", pages: 6).contains("no page for plane 5 of 6"))
        #expect(fault("<TiffData IFD=\"3\" PlaneCount=\"6\"/>", pages: 6).contains("from page 3 on, and it has 6"))
        #expect(fault("<TiffData IFD=\"0\" PlaneCount=\"7\"/>", pages: 9).contains("TiffData of 7 planes"))
        #expect(fault("<TiffData FirstC=\"2\"/>", pages: 6).contains("outside of the image"))
        #expect(fault("<TiffData IFD=\"-1\"/>", pages: 6).contains("IFD=\"-1\""))
        #expect(fault("<TiffData IFD=\"9223372036854775807\" PlaneCount=\"9223372036854775807\"/>", pages: 6) != "")
        #expect(fault("", pages: 6, "SizeC=\"2\" SizeT=\"3\"").contains("lacks SizeZ"))
        #expect(fault("", pages: 6, "SizeC=\"2\" SizeT=\"0\" SizeZ=\"1\"").contains("lacks SizeT"))
        let huge = "SizeC=\"9223372036854775807\" SizeT=\"9223372036854775807\" SizeZ=\"2\""
        #expect(fault("<TiffData/>", pages: 6, huge).contains("more planes than"))
        let files = ["a", "b"].map { "<TiffData><UUID FileName=\"\($0).tif\">urn:uuid:\($0)</UUID></TiffData>" }
            .joined()
        #expect(fault(files, pages: 6).contains("2 files; join them"))
    }

    @Test func aTextThatIsNoOMEIsNone() throws {
        for text in ["", "ImageJ=1.5", "{\"shape\": [1]}", "<TEM><OME/></TEM>", "<?xml?>", "OME", "  "] {
            #expect(try OMEDescription(text) == nil, "\(text)")
        }
        #expect(throws: ImageFault.self) { try OMEDescription("<OME><Image>") }
        #expect(throws: ImageFault.self) { try Film(#require(try OMEDescription("<OME></OME>")), pageCount: 1) }
    }
}
