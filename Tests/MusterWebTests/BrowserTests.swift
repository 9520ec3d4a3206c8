import Foundation
import MusterCore
import Testing

@testable import MusterWeb

/// A server with the showcase, and a tab that has been let in.
func browsing(
    _ body: (_ page: BrowserPage, _ base: String, _ showcase: Showcase) async throws -> Void
) async throws {
    let showcase = try Showcase(now: .present)
    try await serving(showcase) { base, token in
        try await Chromium.driven { browser in
            try await body(try await BrowserPage(browser, base, token.text), base, showcase)
        }
    }
}

/// The pages in a real browser: what people see, and what their keys and clicks do.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BrowserTests {
    private static let run = Links.run(Showcase.run)
    private static let shownJobs =
        "[...document.querySelectorAll('#jobs-table tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].textContent)"

    @Test func theBrowserEndsWithTheTest() async throws {
        var (home, group): (String, pid_t) = ("", 0)
        await #expect(throws: Unserved.self) {
            try await Chromium.driven { browser in
                try await browser.call("Browser.getVersion")
                (home, group) = (browser.home, browser.group)
                #expect(kill(-group, 0) == 0)
                #expect(FileManager.default.fileExists(atPath: home))
                throw Unserved()
            }
        }
        #expect(group > 0)
        // Its group is empty as soon as init has reaped what was killed with it.
        while kill(-group, 0) == 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(!FileManager.default.fileExists(atPath: home))
    }

    @Test func pagesFollowTheHistoryWithoutBeingLoadedAgain() async throws {
        try await browsing { page, base, showcase in
            try await page.open("\(base)\(Self.run)")
            try await page.until("document.querySelector('#state').textContent === 'live'")
            try await page.value("window.mark = 1; document.querySelector('details.failure').open = false")
            let row = { (id: String) in
                "[...document.querySelectorAll('#jobs-table tr')].find(r => r.cells[0].textContent === "
                    + "\(JSON.string(id).line))"
            }
            for _ in 0..<3 {
                let job = Showcase.rows[try #require(showcase.running.last).job].id
                let cell =
                    "[...document.querySelectorAll('#field a')].find(a => a.getAttribute('href') === "
                    + "\(JSON.string(Links.job(job, of: Showcase.run)).line)).querySelector('.cell').classList"
                #expect(try await page.value("\(cell).contains('fill-running')") == .bool(true))
                #expect(try await page.text("\(row(job)).cells[1].textContent") == "running")
                let count = "Number(document.querySelector('#summary .legend .dot-succeeded + b').textContent)"
                let before = try await page.number(count)
                #expect(try showcase.goOn() == job)
                try await page.until("\(row(job)).cells[1].textContent === 'succeeded'")
                try await page.until("\(cell).contains('fill-succeeded') && \(count) === \(Int(before) + 1)")
            }
            #expect(try await page.number("window.mark") == 1, "the page was loaded again")
            #expect(try await page.value("document.querySelector('details.failure').open") == .bool(false))
            // Another page's list of runs and a job's page too.
            let job = Showcase.rows[try #require(showcase.running.last).job].id
            try await page.open("\(base)\(Links.job(job, of: Showcase.run))")
            try await page.until("document.querySelector('#state').textContent === 'live'")
            #expect(try await page.text("document.querySelector('h1 .pill').textContent") == "running")
            try await page.value("window.mark = 2")
            _ = try showcase.goOn()
            try await page.until("document.querySelector('h1 .pill').textContent === 'succeeded'")
            #expect(try await page.number("window.mark") == 2)
            #expect(page.complaints == [])
        }
    }

    @Test func headsSortAndStaySorted() async throws {
        try await browsing { page, base, showcase in
            try await page.open("\(base)\(Self.run)")
            try await page.until("document.querySelector('#state').textContent === 'live'")
            let seconds =
                "[...document.querySelectorAll('#jobs-table tbody tr')].map(r => Number(r.cells[2].dataset.sort || -1))"
            func order() async throws -> [Double] { try await page.value(seconds).array?.compactMap(\.double) ?? [] }
            let unsorted = try await order()
            try await page.click("#jobs-table th:nth-child(3)")
            let down = try await order()
            #expect(down == unsorted.sorted(by: >) && down != unsorted)
            #expect(try await page.text("document.querySelector('#jobs-table [aria-sort]').ariaSort") == "descending")
            let ended = try #require(try showcase.goOn())
            try await page.until("document.querySelector('#jobs-table').innerText.includes('\(ended)\\tsucceeded')")
            #expect(try await order() == (try await order()).sorted(by: >), "a new part comes sorted")
            try await page.click("#jobs-table th:nth-child(3)")
            #expect(try await order() == (try await order()).sorted())
            try await page.click("#jobs-table th:nth-child(1)")
            let names = try await page.texts(Self.shownJobs)
            #expect(names == names.sorted { $0.compare($1, options: .numeric) == .orderedAscending })
        }
    }

    @Test func theTableFiltersAsOneTypesAndTheServerOnEnter() async throws {
        try await browsing { page, base, _ in
            try await page.open("\(base)\(Self.run)")
            let all = try await page.texts(Self.shownJobs)
            try await page.press("/")
            #expect(try await page.text("document.activeElement.id") == "search")
            try await page.type("A05 tile-512")
            let some = try await page.texts(Self.shownJobs)
            #expect(some == all.filter { $0.contains("A05") && $0.contains("tile-512") })
            #expect(!some.isEmpty && some.count < all.count)
            try await page.press("Enter")
            try await page.until("location.search.includes('q=A05') && document.readyState === 'complete'")
            #expect(try await page.texts(Self.shownJobs) == some)
            #expect(
                try await page.number("document.querySelectorAll('#jobs-table tbody tr').length") == Double(some.count))
            #expect(try await page.text("document.querySelector('#search').value") == "A05 tile-512")
        }
    }

    @Test func keysLeadThroughThePages() async throws {
        try await browsing { page, base, _ in
            try await page.press("?")
            #expect(try await page.value("document.querySelector('#help').open") == .bool(true))
            try await page.press("Escape")
            try await page.until("!document.querySelector('#help').open")
            for key in ["j", "j", "k"] { try await page.press(key) }
            #expect(try await page.text("document.querySelector('tr.chosen').dataset.href") == Self.run)
            try await page.press("Enter")
            try await page.until("location.pathname === '\(Self.run)' && document.readyState === 'complete'")
            let jobs = try await page.texts(
                "[...document.querySelectorAll('#jobs-table tbody a')].map(a => a.pathname)")
            for key in ["j", "j", "Enter"] { try await page.press(key) }
            try await page.until("location.pathname === '\(jobs[1])' && document.readyState === 'complete'")
            for (key, path) in [("n", jobs[2]), ("p", jobs[1]), ("p", jobs[0]), ("u", Self.run), ("u", "/")] {
                try await page.press(key)
                try await page.until("location.pathname === '\(path)' && document.readyState === 'complete'")
            }
            #expect(page.complaints == [])
        }
    }

    @Test func thePagesSayTheSameWithoutScripts() async throws {
        try await browsing { page, base, _ in
            let job = Links.job(Showcase.rows[0].id, of: Showcase.run)
            for address in ["/", Self.run, "\(Self.run)?by=duration", job] {
                var seen: [[String]] = []
                for scripts in [true, false] {
                    try await page.runScripts(scripts)
                    try await page.open("\(base)\(address)")
                    if scripts { try await page.until("document.querySelector('#state').textContent === 'live'") }
                    #expect(
                        try await page.text("document.querySelector('#state').textContent") == (scripts ? "live" : ""))
                    // What passes with time is left out.
                    seen.append(
                        try await page.texts(
                            """
                            [...document.querySelectorAll('main h1, main h2, main li, main table:not(#runs-table) td, #runs-table td:not([data-sort]), \
                            main figcaption, main pre, main .part:not(#nodes) svg title')]
                              .filter(e => !(e.matches('.remark') && e.parentElement.querySelector('.pill-running'))).map(e => e.textContent)
                              .concat([...document.querySelectorAll('main a')].map(a => a.getAttribute('href')))
                            """))
                }
                #expect(seen[0].difference(from: seen[1]).isEmpty, "\(address)")
                #expect(seen[0].count > 20, "\(address)")
            }
        }
    }

    @Test func namesMadeOfMarkupAreText() async throws {
        try await browsing { page, base, _ in
            let evil = try #require(Showcase.rows.first { $0.scene.name == Showcase.evil })
            for address in [Self.run, Links.job(evil.id, of: Showcase.run), Links.report(Showcase.run)] {
                try await page.open("\(base)\(address)")
                #expect(
                    try await page.value("document.body.innerText.includes('\(Showcase.evil)')") == .bool(true),
                    "\(address)")
                #expect(
                    try await page.texts("[...document.scripts].map(s => s.outerHTML)")
                        == ["<script src=\"/assets/script.js\" defer=\"\"></script>"], "\(address)")
            }
            try await page.open("\(base)\(Links.job(evil.id, of: Showcase.run))")
            #expect(try await page.text("document.querySelector('h1').firstChild.data.trim()") == evil.id)
            #expect(page.complaints == [])
        }
    }

    @Test func noPageBreaksThePolicyOrFails() async throws {
        try await browsing { page, base, _ in
            let job = Links.job(Showcase.rows[40].id, of: Showcase.run)
            for address in [
                "/", "/?q=cells", Self.run, "\(Self.run)?by=memory&is=succeeded", job, Links.report(Showcase.run),
                Links.log(Showcase.rows[40].id, of: Showcase.run), Links.compare(Showcase.before, Showcase.run),
                "/compare",
            ] {
                try await page.open("\(base)\(address)")
                #expect(
                    try await page.text("getComputedStyle(document.body).marginTop") == "0px", "\(address): no style")
                #expect(page.complaints == [], "\(address)")
            }
            // What it forbids is heard of.
            try await page.value("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>'); 1")
            try await page.value(
                "document.body.append(Object.assign(document.createElement('script'), {text: 'window.bad = 1'})); 1")
            try await page.until("window.bad === undefined")
            while page.complaints.count < 2 { try await Task.sleep(for: .milliseconds(20)) }
        }
    }
}
