import MusterCore
import TestSupport
import Testing

@testable import MusterHistory
@testable import MusterWeb

/// What pages say, without HTTP.
@Suite struct ViewTests {
    private func job(
        _ index: Int, _ scene: String, _ values: [JSON.Member] = [], standing: Standing = .ended(.succeeded),
        seconds: Double? = nil
    ) -> JobRecord {
        let key = AttemptKey(job: index, generation: 0, element: "1_\(index)", restart: 0)
        let ending = seconds.map { Ending(outcome: .succeeded, duration: Int64($0 * 1e6)) }
        let attempt = AttemptRecord(
            key: key, number: 1, node: "n\(index % 2)", slot: 0, outcome: standing.description,
            started: Timestamp(seconds: 100), ended: seconds.map { Timestamp(seconds: 100 + Int64($0)) },
            ending: ending,
            isSuperseded: false, gpuErrors: [], stages: [])
        let point = Point(id: values.map { "\($0.value.line)" }.joined(), values: values)
        return JobRecord(
            index: index, id: "\(point.id)/\(scene)", scene: Scene(name: scene, path: "/d"), point: point, output: "/o",
            key: "k", standing: standing, isCached: false, attempts: [attempt])
    }

    @Test func textIsEscapedScalarByScalar() {
        #expect(Markup.escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;")
        // A combining accent makes one character with the quotation mark before it.
        #expect(Markup.escaped("\"\u{301}<\u{301}") == "&quot;\u{301}&lt;\u{301}")
        #expect(Markup.escaped("a\u{1B}[31m\u{0}\u{202E}b\n") == "a\\x1b[31m\\x0\\x202eb\n")
    }

    @Test func templatesEscapeTheSameWay() throws {
        let page = Page(
            title: "\"\u{301} onload=x", crumbs: [Page.Crumb(name: "<b>", path: "/\"\u{301}")],
            parts: [Page.Part(id: "a", html: "<p>")])
        struct Frame {
            var title: String, live = "", up = "", crumbs: [Page.Crumb], parts: [Page.Part]
        }
        let html = try Templates().text("frame", Frame(title: page.title, crumbs: page.crumbs, parts: page.parts))
        #expect(html.contains("<title>&quot;\u{301} onload=x · muster</title>"))
        #expect(html.contains("<a href=\"/&quot;\u{301}\">&lt;b&gt;</a>"))
        #expect(html.contains("class=\"part \"><p></section>"))
    }

    @Test func pagesHaveNeitherScriptsNorStylesInThem() throws {
        for (name, text) in Templates.sources {
            for bad in ["style=", "<style", " on", "javascript:"] where bad != " on" {
                #expect(!text.contains(bad), "\(name): \(bad)")
            }
            #expect(text.firstMatch(of: #/ on[a-z]+=/#) == nil, "\(name)")
            #expect(text.ranges(of: "<script").count == (name == "frame" ? 1 : 0), "\(name)")
        }
    }

    @Test func theFieldHasScenesAndPoints() {
        let values: [[JSON.Member]] = [
            [.init("a", 1), .init("b", "x"), .init("c", true)], [.init("a", 1), .init("b", "y"), .init("c", true)],
            [.init("a", 2), .init("b", "x"), .init("c", true)],
        ]
        let jobs = values.enumerated().flatMap { number, point in
            ["s", "t"].enumerated().map { job(number * 2 + $0.offset, $0.element, point, seconds: Double(number + 1)) }
        }
        let map = HeatMap(jobs, of: "r", by: Metric.named("duration"))
        #expect(map.rows == ["s", "t"])
        #expect(map.columns == 3)
        // What never differs has no header; what differs least often stands above.
        #expect(map.headers.map(\.name) == ["a", "b"])
        #expect(map.headers[0].spans.map(\.columns) == [0..<2, 2..<3])
        #expect(map.headers[1].spans.map(\.value) == ["x", "y", "x"])
        #expect(map.cells.map(\.row) == [0, 1, 0, 1, 0, 1])
        #expect(map.cells[5].column == 2)
        #expect(map.cells[0].style == "q0")
        #expect(map.cells[5].style == "q7")
        #expect(map.cells[5].link?.title.contains("duration 3.0 s") == true)
        #expect(map.scale?.least == 1)
    }

    @Test func onePointFillsRows() {
        let jobs = (0..<95).map { job($0, "s\($0)", standing: $0 == 3 ? .ended(.oomHost) : .queued) }
        let map = HeatMap(jobs, of: "r", by: nil)
        #expect(map.columns == 40)
        #expect(map.rows.isEmpty)
        #expect(map.cells.last?.row == 2)
        #expect(map.cells[3].style == "oom-host")
        #expect(map.cells[3].link?.sign == "M")
        #expect(map.cells[4].style == "waiting")
    }

    @Test func whatIsTooMuchIsCounted() {
        let jobs = (0..<2100).flatMap { scene in
            [job(scene * 2, "s\(scene)", [.init("a", 1)]), job(scene * 2 + 1, "s\(scene)", [.init("a", 2)])]
        }
        let map = HeatMap(jobs, of: "r", by: nil)
        #expect(map.cells.count == 4000)
        #expect(map.omitted == 200)
    }

    @Test func shadesGoBySizeOrMagnitude() {
        let even = Scale([0, 8])
        #expect([0.0, 1, 4, 8].compactMap { even?.shade($0) } == [0, 1, 4, 7])
        let wide = Scale([1, 65536])
        #expect(wide?.isLogarithmic == true)
        #expect([1.0, 256, 65536].compactMap { wide?.shade($0) } == [0, 4, 7])
        #expect(Scale([3, 3])?.shade(3) == 4)
        #expect(Scale([.nan]) == nil)
    }

    @Test func theTimeLineGoesByNode() {
        var jobs = [job(0, "a", seconds: 50), job(1, "b", seconds: 20), job(2, "c", standing: .running)]
        jobs[0].attempts[0].node = "n10"
        let line = Timeline(jobs, of: "r", now: Timestamp(seconds: 400))
        #expect(line.rows.map(\.name) == ["n0 ·0", "n1 ·0", "n10 ·0"])
        #expect(line.rows[0].bars[0].to == Timestamp(seconds: 400))
        #expect(line.rows[0].bars[0].style == "running")
        #expect(line.to == Timestamp(seconds: 400))
    }

    @Test func axesHaveRoundPlaces() {
        #expect(Axis.values(upTo: 7) == [0, 2, 4, 6, 8])
        #expect(Axis.values(upTo: 3.2 * 1_073_741_824, isBinary: true).map { $0 / 1_073_741_824 } == [0, 1, 2, 3, 4])
        #expect(Axis.values(upTo: 0) == [0, 1])
        let times = Axis.times(Timestamp(seconds: 3599), Timestamp(seconds: 3599 + 3600))
        #expect(times.count <= 9)
        #expect(times.first == Timestamp(seconds: 3600))
        #expect(Axis.times(Timestamp(seconds: 0), Timestamp(seconds: 86_400 * 400)).count <= 10)
    }

    @Test func coresAreTheSlopeOfTheCPUTime() {
        let key = AttemptKey(job: 0, generation: 0, element: "", restart: 0)
        let readings = [(0, 0), (10, 20), (20, 25)].map { second, cpu in
            StageReading(
                key: key, stage: "s", time: Timestamp(seconds: Int64(second)), rss: nil, gpu: nil,
                cpu: Int64(cpu) * 1_000_000, utilization: nil, done: nil, total: nil)
        }
        #expect(Curves.cores(readings).map(\.value) == [2, 0.5])
    }

    @Test func logsAreShownAsATerminalWouldHaveLeftThem() {
        #expect(LogView.plain("a\r\n10 %\r90 %\r\nx\u{1B}[1;31mred\u{1B}[0m\n") == "a\n90 %\nxred\n")
        #expect(LogView.plain("10 %\r55 %\r100 %") == "100 %")
    }

    @Test func tablesAreFilteredAndCutIntoPages() {
        let jobs = (0..<600).map { job($0, "s\($0)", standing: $0 % 2 == 0 ? .queued : .ended(.failed)) }
        let second = JobsView(jobs, of: "r", wish: .init(page: 1), forecast: nil)
        #expect(second.rows.count == 250)
        #expect(second.rows.first?.id == "/s250")
        #expect(second.pages?.words == "251 to 500 of 600")
        let failed = JobsView(jobs, of: "r", wish: .init(query: "S59", standing: "failed"), forecast: nil)
        #expect(failed.rows.map(\.id) == ["/s59", "/s591", "/s593", "/s595", "/s597", "/s599"])
        #expect(failed.pages == nil)
        // A page that there is not is the last one.
        #expect(JobsView(jobs, of: "r", wish: .init(page: 99), forecast: nil).rows.count == 100)
    }

    @Test func figuresForPrometheus() throws {
        let showcase = try Showcase(now: .present)
        var runs = try showcase.history.runs()
        runs[0].sweep = "a\"b\\c\nd"
        let text = Prometheus.text(runs, HistoryFigures(facts: 7, bytes: 4096, changes: 3), pages: 2)
        #expect(text.contains("# TYPE muster_run_jobs gauge\n"))
        #expect(text.contains("sweep=\"a\\\"b\\\\c\\nd\""))
        #expect(text.contains("muster_history_size_bytes 4096\n"))
        let jobs = text.split(separator: "\n").filter {
            $0.hasPrefix("muster_run_jobs{run=\"\(Showcase.before)\"") && $0.contains("standing=\"succeeded\"")
        }
        #expect(jobs.count == 1)
        // Each line is a comment, or a name with labels and one number.
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(
                line.firstMatch(of: #/^[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? [0-9.e+-]+$/#)
                    != nil, "\(line)")
        }
    }

    @Test func failuresSayWhatSetsThemApart() throws {
        let showcase = try Showcase(now: .present)
        let run = try showcase.history.run(Showcase.before)
        let view = FailuresView(try showcase.history.jobs(of: run.run), of: run) { _ in nil }
        let groups = view.groups.map { "\($0.count) \($0.outcome) \($0.stage)" }
        #expect(groups.contains("12 failed register"))
        #expect(groups.contains("12 oom_gpu segment"))
        let page17 = try #require(view.groups.first { $0.stage == "register" })
        #expect(page17.distinctions.map(\.value) == ["plate_A05"])
        #expect(page17.words.contains("ValueError"))
        #expect(!page17.advice.isEmpty)
    }
}
