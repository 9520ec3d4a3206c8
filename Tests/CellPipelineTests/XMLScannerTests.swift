import Testing

@testable import CellPipeline

struct XMLScannerTests {
    private func events(_ text: String) throws -> [XMLScanner.Event] {
        var scanner = XMLScanner(text)
        var events: [XMLScanner.Event] = []
        while let event = try scanner.next() { events.append(event) }
        return events
    }

    @Test func elementsAttributesAndTextsComeInOrder() throws {
        let text = """
            <?xml version="1.0"?><!-- a < b --> <o:a x = '1' o:y="&lt;&amp;&#181;&#x6d;">b&gt;<c/><![CDATA[<&]]></o:a >
            """
        #expect(
            try events(text) == [
                .start("a", ["x": "1", "y": "<&µm"]), .text("b>"), .start("c", [:]), .end("c"), .text("<&"), .end("a"),
            ])
    }

    @Test(arguments: [
        ("<a", "malformed"), ("<a>", "ends inside of 'a'"), ("<a></b>", "end of 'b'"), ("</a>", "end of 'a'"),
        ("<a x></a>", "at 'x'"), ("<a x=1/>", "at 'x'"), ("<a x=\"1/>", "at 'x'"), ("<>", "name"),
        ("<a>&nbsp;</a>", "unknown entity"), ("<a>& b</a>", "unknown entity"), ("<a>&#xD800;</a>", "unknown entity"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "document type"),
        ("<a><!-- </a>", "-->"), ("<a><![CDATA[ </a>", "]]>"), ("<?xml", "?>"), ("<a b=\"&;\"/>", "unknown entity"),
    ])
    func whatIsNoXMLIsNamed(text: String, part: String) {
        #expect {
            try events(text)
        } throws: { error in
            (error as? ImageFault)?.text.contains(part) == true
        }
    }

    @Test func deepNestingIsRefused() {
        #expect(throws: ImageFault.self) { try events(String(repeating: "<a>", count: 5_000)) }
    }
}
