import MusterCore
import MusterProvenance
import Testing

@Suite struct NotebookTests {
    private func notebook(
        output: String, count: String, source: String = #"["import a\n","a.b()"]"#, metadata: String = "{}",
        id: String = "x1", top: String = #""widgets":{"state":1},"kernelspec":{"name":"python3"}"#
    ) -> [UInt8] {
        Array(
            """
            {"cells":[{"cell_type":"code","id":"\(id)","execution_count":\(count),"metadata":\(metadata),"outputs":\(output),\
            "source":\(source)},{"cell_type":"markdown","metadata":{},"source":"# T"}],"metadata":{\(top)},"nbformat":4,\
            "nbformat_minor":5}
            """.utf8)
    }

    @Test func theSameCodeHasOneHashWhateverItPrinted() throws {
        let first = try #require(Notebook.hash(notebook(output: "[]", count: "null")))
        #expect(Notebook.hash(notebook(output: #"[{"output_type":"stream","text":["1"]}]"#, count: "7")) == first)
        #expect(Notebook.hash(notebook(output: "[]", count: "null", id: "other")) == first)
        #expect(
            Notebook.hash(
                notebook(
                    output: "[]", count: "1", metadata: #"{"scrolled":true,"collapsed":false,"ExecuteTime":{"s":1}}"#))
                == first)
        #expect(Notebook.hash(notebook(output: "[]", count: "null", source: #""import a\na.b()""#)) == first)
        #expect(
            Notebook.hash(notebook(output: "[]", count: "null", top: #""kernelspec":{"name":"python3"}"#)) == first)
    }

    @Test func otherCodeOrSettingsHaveAnother() throws {
        let first = try #require(Notebook.hash(notebook(output: "[]", count: "null")))
        #expect(Notebook.hash(notebook(output: "[]", count: "null", source: #""import b""#)) != first)
        #expect(Notebook.hash(notebook(output: "[]", count: "null", metadata: #"{"tags":["p"]}"#)) != first)
        #expect(Notebook.hash(notebook(output: "[]", count: "null", top: #""kernelspec":{"name":"r"}"#)) != first)
    }

    @Test func outputsThatAreToBeKeptCount() {
        let tagged = #"{"tags":["keep_output"]}"#
        #expect(
            Notebook.hash(notebook(output: #"[{"text":"1"}]"#, count: "1", metadata: tagged))
                != Notebook.hash(notebook(output: #"[{"text":"2"}]"#, count: "1", metadata: tagged)))
    }

    @Test func whatIsLeftHasNoOutputs() throws {
        let text = String(
            decoding: try #require(Notebook.stripped(notebook(output: #"[{"text":"secret"}]"#, count: "9"))),
            as: UTF8.self)
        #expect(
            !text.contains("secret") && text.contains(#""outputs":[]"#) && text.contains(#""execution_count":null"#))
        #expect(Notebook.stripped(Array("{}".utf8)) == nil && Notebook.hash(Array("no json".utf8)) == nil)
        #expect(Notebook.isNotebook("/a/b.ipynb") && Notebook.isNotebook("B.IPYNB") && !Notebook.isNotebook("aipynb"))
    }
}
