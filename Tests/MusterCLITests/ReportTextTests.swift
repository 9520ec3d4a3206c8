import Testing

@testable import MusterCLI

/// What documents are written down as.
@Suite struct ReportTextTests {
    private var document: Document {
        var document = Document(title: "a <b> & \"c\"")
        document.say("one | two_three\nnext <script>alert('x')</script>")
        document.table(["n|m", "x"], [["<i>", "1"]], right: [1])
        document.table(["empty"], [])
        document.code(["```", "memory: 1G  # <b>"])
        document.list(["- & [link](x)"])
        return document
    }

    @Test func nothingInATextIsMarkup() {
        let html = HTML.text(document)
        #expect(html.contains("<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"))
        #expect(html.contains("two_three\\nnext &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        #expect(html.contains("<td>&lt;i&gt;</td><td class=\"figure\">1</td>"))
        #expect(html.contains("memory: 1G  # &lt;b&gt;"))
        #expect(!html.contains("<script") && !html.contains("<b>") && !html.contains("empty"))
    }

    @Test func markdownEscapesWhatWouldBeMarkup() {
        #expect(
            Markdown.text(document) == #"""
                # a \<b\> &amp; "c"

                one \| two\_three\\nnext \<script\>alert('x')\</script\>

                | n\|m | x |
                | --- | --: |
                | \<i\> | 1 |

                ````
                ```
                memory: 1G  # <b>
                ````

                - - &amp; \[link\](x)

                """#)
    }
}
