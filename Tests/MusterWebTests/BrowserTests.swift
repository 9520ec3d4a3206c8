import Foundation
import MusterCore
import Testing

@testable import MusterWeb

/// A real browser that shows no window; nil where none is installed.
struct Browser {
    let path: String

    init?() {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = ["chromium", "chromium-browser", "google-chrome"].lazy.flatMap { name in
            folders.map { "\($0)/\(name)" }
        }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { return nil }
        path = found
    }

    /// It ended otherwise than by doing what it was asked.
    struct Failed: Error {
        var words: String
    }

    /// What it prints when it is asked with these options.
    @discardableResult
    func ask(_ options: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try answer(options) }) }
        }
    }

    private func answer(_ options: [String]) throws -> String {
        let home = NSTemporaryDirectory() + "muster-browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=\(home)",
                "--disable-dev-shm-usage", "--no-first-run",
            ] + options
        let (output, errors) = (home + ".out", home + ".err")
        defer { for file in [output, errors] { try? FileManager.default.removeItem(atPath: file) } }
        for file in [output, errors] { try Data().write(to: URL(filePath: file)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let data = try Data(contentsOf: URL(filePath: output))
        if data.isEmpty, process.terminationStatus != 0 { throw Failed(words: try String(contentsOfFile: errors, encoding: .utf8)) }
        return String(decoding: data, as: UTF8.self)
    }

    /// The page behind its scripts, after so many milliseconds of them.
    func page(_ url: String, after time: Int = 3000) async throws -> String {
        try await ask(["--timeout=\(time)", "--dump-dom", url])
    }
}

@Suite(.serialized, .enabled(if: Browser() != nil, "no Chromium is installed: apt-get install chromium"))
struct BrowserTests {
    @Test func scriptsRunUnderThePolicyAndNamesDoNot() async throws {
        let browser = try #require(Browser())
        let showcase = try Showcase(now: .present)
        let evil = try #require(Showcase.rows.first { $0.scene.name == Showcase.evil })
        try await serving(showcase) { base, token in
            let page = try await browser.page("\(base)\(Links.job(evil.id, of: Showcase.run))?token=\(token.text)")
            // Our script was allowed, connected, and made the key for help appear.
            #expect(page.contains("class=\"state on\""))
            #expect(page.contains(">live</span>"))
            #expect(page.firstMatch(of: #/id="help-button"[^>]*hidden/#) == nil)
            #expect(page.ranges(of: "<script").count == 1)
            #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        }
    }

    @Test func aPageThatIsOpenGoesOn() async throws {
        let browser = try #require(Browser())
        let showcase = try Showcase(now: .present)
        let ended = try #require(showcase.running.last).job
        let id = Showcase.rows[ended].id
        try await serving(showcase) { base, token in
            async let shown = browser.page("\(base)\(Links.job(id, of: Showcase.run))?token=\(token.text)", after: 6000)
            // The browser takes a moment to start: what happens in it happens while the page is open.
            while try await Wire.listeners(base, token) == 0 { try await Task.sleep(for: .milliseconds(50)) }
            _ = try showcase.goOn()
            let page = try await shown
            #expect(page.contains("pill pill-succeeded\">succeeded</span></h1>"))
        }
    }

    @Test func pagesAreWholeWithoutScripts() async throws {
        let browser = try #require(Browser())
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let page = try await browser.ask([
                "--blink-settings=scriptEnabled=false", "--dump-dom", "--timeout=3000",
                "\(base)/runs/\(Showcase.run)?by=memory&token=\(token.text)",
            ])
            for part in ["summary", "field", "failures", "nodes", "jobs"] { #expect(page.contains("id=\"\(part)\"")) }
            #expect(page.contains("peak memory"))
            #expect(!page.contains("class=\"state on\""))
        }
    }

    /// Looks at each page in light and dark. With `MUSTER_PICTURES=FOLDER` the pictures are kept there.
    @Test func pagesHavePictures() async throws {
        let browser = try #require(Browser())
        let showcase = try Showcase(now: .present)
        let job = Showcase.rows[try #require(showcase.running.first).job].id
        let kept = ProcessInfo.processInfo.environment["MUSTER_PICTURES"]
        let folder = kept ?? showcase.folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let pages = [
            ("runs", "/?x=1", 520), ("run", "/runs/\(Showcase.run)?x=1", 1500),
            ("memory", "/runs/\(Showcase.run)?by=duration", 900),
            ("job", "\(Links.job(job, of: Showcase.run))?x=1", 1300),
            ("compare", Links.compare(Showcase.before, Showcase.run), 900),
            ("report", "\(Links.report(Showcase.run))?x=1", 700),
        ]
        try await serving(showcase) { base, token in
            for (name, address, height) in pages {
                var sizes: [Int] = []
                for (look, number) in [("light", 1), ("dark", 0)] {
                    let file = "\(folder)/\(name)-\(look).png"
                    try await browser.ask([
                        "--screenshot=\(file)", "--window-size=1280,\(height)", "--timeout=2500",
                        "--blink-settings=preferredColorScheme=\(number)", "\(base)\(address)&token=\(token.text)",
                    ])
                    let data = try Data(contentsOf: URL(filePath: file))
                    #expect(data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
                    sizes.append(data.count)
                }
                #expect(sizes.allSatisfy { $0 > 8000 }, "\(name): \(sizes)")
            }
        }
    }
}
