import Foundation
import MusterCore

/// A tab of the browser, with what it complained of.
struct BrowserPage: Sendable {
    private let browser: Chromium
    private let session: String

    /// - Parameters:
    ///   - base, token: The server; its token is shown once, and the cookie does from then on.
    init(_ browser: Chromium, _ base: String, _ token: String) async throws {
        self.browser = browser
        let target = try await browser.call("Target.createTarget", [JSON.Member("url", .string("about:blank"))])
        let attached = try await browser.call(
            "Target.attachToTarget",
            [JSON.Member("targetId", target["targetId"] ?? .null), JSON.Member("flatten", .bool(true))])
        session = attached["sessionId"]?.string ?? ""
        for domain in ["Page", "Runtime", "Log"] { try await call("\(domain).enable") }
        try await size(1280, 900)
        try await open("\(base)/?token=\(token)")
    }

    @discardableResult
    private func call(_ method: String, _ parameters: [JSON.Member] = []) async throws -> JSON {
        try await browser.call(method, parameters, session: session)
    }

    /// Goes to an address and waits until its page is there in full.
    func open(_ address: String) async throws {
        let answer = try await call("Page.navigate", [JSON.Member("url", .string(address))])
        if let error = answer["errorText"]?.string { throw Chromium.Failed(description: "\(address): \(error)") }
        try await until("document.readyState === 'complete' && location.protocol === 'http:'")
    }

    /// What an expression comes to.
    @discardableResult
    func value(_ expression: String) async throws -> JSON {
        let answer = try await call(
            "Runtime.evaluate",
            [
                JSON.Member("expression", .string(expression)), JSON.Member("returnByValue", .bool(true)),
                JSON.Member("awaitPromise", .bool(true)),
            ])
        if let thrown = answer["exceptionDetails"] {
            throw Chromium.Failed(
                description: "\(expression): \(thrown["exception"]?["description"]?.string ?? thrown.line)")
        }
        return answer["result"]?["value"] ?? .null
    }

    func text(_ expression: String) async throws -> String { try await value(expression).string ?? "" }
    func number(_ expression: String) async throws -> Double { try await value(expression).double ?? .nan }
    func texts(_ expression: String) async throws -> [String] {
        try await value(expression).array?.compactMap(\.string) ?? []
    }

    /// Waits until an expression is true; while a page gives way to the next one nothing is.
    func until(_ expression: String) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while (try? await value(expression)) != .bool(true) {
            try Task.checkCancellation()
            guard ContinuousClock.now < end else {
                let page = try? await text("location.href + '\\n' + document.body.innerText.slice(0, 500)")
                throw Chromium.Failed(description: "this did not become true: \(expression)\n\(page ?? "")")
            }
            try await Task.sleep(for: .milliseconds(30))
        }
    }

    /// Presses and lets go one key: a letter, a sign, `Enter` or `Escape`.
    func press(_ key: String) async throws {
        let code: Int64 = key == "Enter" ? 13 : key == "Escape" ? 27 : 0
        let text = key == "Enter" ? "\r" : key.count == 1 ? key : nil
        for type in [text == nil ? "rawKeyDown" : "keyDown", "keyUp"] {
            var parameters = [JSON.Member("type", .string(type)), JSON.Member("key", .string(key))]
            if code > 0 { parameters.append(JSON.Member("windowsVirtualKeyCode", .int(code))) }
            if let text, type == "keyDown" { parameters.append(JSON.Member("text", .string(text))) }
            try await call("Input.dispatchKeyEvent", parameters)
        }
    }

    func type(_ text: String) async throws { for character in text { try await press(String(character)) } }

    /// Clicks into the middle of an element, as a mouse does.
    func click(_ selector: String) async throws {
        let place = try await value(
            """
            (() => { const e = document.querySelector(\(JSON.string(selector).line)); e.scrollIntoView({block: 'center'});
              const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()
            """)
        for type in ["mousePressed", "mouseReleased"] {
            try await call(
                "Input.dispatchMouseEvent",
                [
                    JSON.Member("type", .string(type)), JSON.Member("x", place.array?[0] ?? .null),
                    JSON.Member("y", place.array?[1] ?? .null), JSON.Member("button", .string("left")),
                    JSON.Member("clickCount", .int(1)),
                ])
        }
    }

    func size(_ width: Int, _ height: Int) async throws {
        try await call(
            "Emulation.setDeviceMetricsOverride",
            [
                JSON.Member("width", .int(width)), JSON.Member("height", .int(height)),
                JSON.Member("deviceScaleFactor", .int(1)), JSON.Member("mobile", .bool(false)),
            ])
    }

    /// `dark` or `light`.
    func look(_ scheme: String) async throws {
        let feature = JSON.object(["name": .string("prefers-color-scheme"), "value": .string(scheme)])
        try await call("Emulation.setEmulatedMedia", [JSON.Member("features", .array([feature]))])
    }

    func runScripts(_ isAllowed: Bool) async throws {
        try await call("Emulation.setScriptExecutionDisabled", [JSON.Member("value", .bool(!isAllowed))])
    }

    /// What the window shows, as PNG.
    func picture() async throws -> Data {
        let answer = try await call("Page.captureScreenshot", [JSON.Member("format", .string("png"))])
        return Data(base64Encoded: answer["data"]?.string ?? "") ?? Data()
    }

    /// Errors and warnings of the console, scripts that failed, what the policy forbade, dialogs.
    var complaints: [String] {
        browser.told(session).compactMap { event in
            let parameters = event["params"] ?? .null
            switch event["method"]?.string {
            case "Runtime.exceptionThrown", "Page.javascriptDialogOpening": return parameters.line
            case "Runtime.consoleAPICalled":
                return ["error", "warning", "assert"].contains(parameters["type"]?.string) ? parameters.line : nil
            case "Log.entryAdded":
                let entry = parameters["entry"] ?? .null
                return ["error", "warning"].contains(entry["level"]?.string) ? entry.line : nil
            default: return nil
            }
        }
    }
}
