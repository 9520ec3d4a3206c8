import MusterCore
import MusterProducts
import Testing

private struct Named: ProducesProducts {
    var name: String
    var requires: [String]
    var produces: [String]
}

@Suite struct DiagramTests {
    private func diagram() throws -> ProductDiagram {
        ProductDiagram(
            try ProductGraph(
                [
                    Named(name: "draw", requires: ["velocity", "mesh"], produces: ["figure"]),
                    Named(name: "solve", requires: ["mesh"], produces: ["velocity", "pressure"]),
                    Named(name: "build", requires: ["scan"], produces: ["mesh"]),
                    Named(name: "count", requires: [], produces: ["table"]),
                ], externals: ["scan"]),
            statuses: [
                "mesh": .cached, "velocity": .onDisk, "pressure": .building, "figure": .stale,
            ], title: "convection")
    }

    @Test func thePictureHasAColourForEachStatus() throws {
        #expect(
            try diagram().dot == ##"""
                digraph "convection" {
                  rankdir=LR;
                  label="convection";
                  node [shape=box, style="rounded,filled", fontname="monospace", fontsize=10];
                  edge [fontname="monospace", fontsize=8, color="#888888"];
                  "figure" [fillcolor="#e6bcbc", tooltip="produced by draw, stale"];
                  "mesh" [fillcolor="#bce6bc", tooltip="produced by build, cached"];
                  "pressure" [fillcolor="#f7e389", tooltip="produced by solve, building"];
                  "table" [fillcolor="#e6e6e6", tooltip="produced by count, missing"];
                  "velocity" [fillcolor="#bcd7e6", tooltip="produced by solve, on_disk"];
                  "scan" [fillcolor="#fff8d0", style="rounded,filled,dashed", tooltip="comes from outside"];
                  "scan" -> "mesh" [label="build"];
                  "mesh" -> "velocity" [label="solve"];
                  "mesh" -> "pressure" [label="solve"];
                  "velocity" -> "figure" [label="draw"];
                  "mesh" -> "figure" [label="draw"];
                }

                """##)
    }

    @Test func theTableHasALineForEachProduct() throws {
        #expect(
            try diagram().table == """
                product   status    step   requires
                scan      external  -      -
                mesh      cached    build  scan
                velocity  on_disk   solve  mesh
                pressure  building  solve  mesh
                figure    stale     draw   velocity, mesh
                table     missing   count  -

                """)
    }

    @Test func hostileNamesStayNames() throws {
        let name = "a\"];\\N\nb"
        let text = ProductDiagram(
            try ProductGraph([Named(name: "s\\", requires: [], produces: [name])]), statuses: [:], title: "\"x"
        ).dot
        #expect(text.hasPrefix(#"digraph "\"x" {"#))
        let box = ##"  "a\"];\\N\nb" [fillcolor="#e6e6e6", tooltip="produced by s\\, missing"];"##
        #expect(text.split(separator: "\n").contains { $0 == box })
    }

    @Test func aRunnerDrawsHowItStands() async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        try await runner.build("c")
        let later = try await shop.runner()
        _ = try await later.get(Workshop.a)
        let table = try await later.diagram().table
        #expect(
            table == """
                product  status   step    requires
                a        cached   make_a  -
                b        on_disk  make_b  -
                c        on_disk  make_c  a, b
                d        missing  make_d  c

                """)
    }
}
