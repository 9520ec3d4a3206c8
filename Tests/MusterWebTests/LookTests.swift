import Foundation
import MusterCore
import Testing

@testable import MusterWeb

/// How the pages look in a real browser.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LookTests {
    private static let run = Links.run(Showcase.run)
    private static let pages = [
        ("runs", "/", 520), ("run", run, 1500), ("duration", "\(run)?by=duration", 900),
        ("job", Links.job(Showcase.rows[100].id, of: Showcase.run), 1300),
        ("compare", Links.compare(Showcase.before, Showcase.run), 900),
        ("report", Links.report(Showcase.run), 700),
    ]

    /// With `MUSTER_PICTURES=FOLDER` pictures of all pages are kept there.
    @Test func darkAndLightFollowTheSystemAndTextIsReadable() async throws {
        let folder = ProcessInfo.processInfo.environment["MUSTER_PICTURES"]
        try await browsing { page, base, showcase in
            let running = Links.job(Showcase.rows[try #require(showcase.running.first).job].id, of: Showcase.run)
            for (name, address, height) in Self.pages {
                try await page.size(1280, height)
                try await page.open("\(base)\(name == "job" ? running : address)")
                for look in ["light", "dark"] {
                    try await page.look(look)
                    let ground = try await page.number(
                        "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])")
                    #expect(look == "light" ? ground > 200 : ground < 50, "\(name): \(ground)")
                    let faint = try await page.texts(Self.faint)
                    #expect(faint == [], "\(name), \(look)")
                    if let folder {
                        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                        try await page.picture().write(to: URL(filePath: "\(folder)/\(name)-\(look).png"))
                    }
                }
            }
            // Text that is hardly there is found.
            try await page.value("document.querySelector('h1').classList.add('on-waiting', 'pill-waiting'); 1")
            try await page.value("document.querySelector('h1').attributeStyleMap.set('color', 'rgb(90, 100, 110)'); 1")
            #expect(try await page.texts(Self.faint).count == 1)
        }
    }

    @Test func nothingIsWiderThanTheWindow() async throws {
        try await browsing { page, base, _ in
            for width in [1280, 400] {
                try await page.size(width, 900)
                for (name, address, _) in Self.pages {
                    try await page.open("\(base)\(address)")
                    #expect(
                        try await page.number("document.scrollingElement.scrollWidth") <= Double(width),
                        "\(name) at \(width)")
                    #expect(try await page.number("innerWidth") == Double(width))
                }
            }
            try await page.value("document.querySelector('main').append('x'.repeat(5000)); 1")
            #expect(try await page.number("document.scrollingElement.scrollWidth") > 400)
        }
    }

    /// Texts whose contrast to what lies behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3).
    private static let faint = """
        (() => {
          const parse = c => { const n = c.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] === undefined ? 1 : n[3]]; };
          const over = (top, below, a) => below.map((v, i) => v * (1 - a) + top[i] * a);
          const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
            return .2126 * r + .7152 * g + .0722 * b; };
          const ground = e => { const layers = [];
            for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0) layers.push(c); if (c[3] === 1) break; }
            return layers.reverse().reduce((below, c) => over(c, below, c[3]), [255, 255, 255]); };
          const found = [];
          for (const e of document.querySelectorAll('body *')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('title, .hidden, dialog:not([open])')) continue;
            const box = e.getBoundingClientRect();
            if (!box.width || !box.height) continue;
            const style = getComputedStyle(e), svg = e.closest('svg');
            let below = ground(svg ? svg.parentElement : e), opacity = 1;
            if (svg) {
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              for (const shape of svg.querySelectorAll('rect')) {
                if (!(shape.compareDocumentPosition(e) & 4)) break;
                const r = shape.getBoundingClientRect();
                if (x > r.left && x < r.right && y > r.top && y < r.bottom) below = parse(getComputedStyle(shape).fill).slice(0, 3);
              }
            }
            for (let p = e; p; p = p.parentElement) opacity *= Number(getComputedStyle(p).opacity);
            const text = parse(svg ? style.fill : style.color);
            const [a, b] = [light(over(text, below, text[3] * opacity)), light(below)];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) found.push(`${e.className.baseVal ?? e.className}: ${e.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`);
          }
          return [...new Set(found)];
        })()
        """
}
