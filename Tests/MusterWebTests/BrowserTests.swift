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
        if process.terminationStatus != 0 { throw Failed(words: try String(contentsOfFile: errors, encoding: .utf8)) }
        return String(decoding: data, as: UTF8.self)
    }

    /// Opens a page and leaves it open until `body` is done.
    func open(_ url: String, while body: () async throws -> Void) async throws {
        let home = NSTemporaryDirectory() + "muster-browser-\(UUID().uuidString)"
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(home)", "--disable-dev-shm-usage",
            "--no-first-run", "--remote-debugging-port=0", url,
        ]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: home)
        }
        try await body()
    }
}

@Suite(.serialized, .enabled(if: Browser() != nil, "no Chromium is installed: apt-get install chromium"))
struct BrowserTests {
    @Test(.timeLimit(.minutes(2))) func ourScriptRunsUnderThePolicy() async throws {
        let browser = try #require(Browser())
        let showcase = try Showcase(now: .present)
        let evil = try #require(Showcase.rows.first { $0.scene.name == Showcase.evil })
        try await serving(showcase) { base, token in
            try await browser.open("\(base)\(Links.job(evil.id, of: Showcase.run))?token=\(token.text)") {
                // Only the script asks for events, behind the redirect that the cookie came with.
                while try await Wire.listeners(base, token) == 0 { try await Task.sleep(for: .milliseconds(100)) }
            }
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
            ("duration", "/runs/\(Showcase.run)?by=duration", 900),
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
