import HTTPTypes
import Hummingbird
import MusterCore
import MusterHistory

/// Answers requests: lets in who may, and gives them what they ask for.
struct Responder: HTTPResponder {
    typealias Context = BasicRequestContext

    let entry: Entry
    let pages: Pages
    let live: Live

    func respond(to request: Request, context: Context) async throws -> Response {
        var response = try await answer(request)
        for (name, value) in Headers.all {
            if let name = HTTPField.Name(name), response.headers[name] == nil { response.headers[name] = value }
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async throws -> Response {
        let address = request.head.path ?? "/"
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        let head = Entry.Head(
            method: request.method.rawValue, address: address, host: request.head.authority ?? header("Host"),
            cookie: header("Cookie"), authorization: header("Authorization"), site: header("Sec-Fetch-Site"),
            mode: header("Sec-Fetch-Mode"))
        switch entry.verdict(head) {
        case .allowed: return await found(Wish(address), address, isHead: request.method == .head)
        case .welcomed(let address):
            var response = Response(status: .seeOther)
            response.headers[.location] = address
            response.headers[.setCookie] =
                "\(entry.cookie)=\(entry.token?.text ?? ""); Path=/; HttpOnly; SameSite=Strict"
            return response
        case .wrongMethod:
            var response = said(.methodNotAllowed, "Only reading is offered here", "Runs are steered by 'muster'.")
            response.headers[.allow] = "GET, HEAD"
            return response
        case .foreignHost:
            return said(
                .misdirectedRequest, "This is not that host",
                "The pages are served under the name in the URL that 'muster serve' printed.")
        case .crossSite: return said(.forbidden, "Not for other sites", "Another site's page has asked for this.")
        case .noToken:
            var response = said(
                .unauthorized, "Not without the token",
                "Open the whole URL that 'muster serve' printed: the token in it lets you in, and each start has another.",
                command: "muster serve")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
    }

    private func found(_ wish: Wish, _ address: String, isHead: Bool) async -> Response {
        do {
            return try await content(wish, address, isHead: isHead)
                ?? said(.notFound, "Nothing here", "There is no such page, or no such run or job any more.")
        } catch {
            return said(.internalServerError, "The history can't be read", "\(error)")
        }
    }

    private func content(_ wish: Wish, _ address: String, isHead: Bool) async throws -> Response? {
        let history = pages.history
        switch wish.place {
        case .style: return Self.response("text/css; charset=utf-8", Assets.style)
        case .script: return Self.response("text/javascript; charset=utf-8", Assets.script)
        case .icon: return Self.response("image/svg+xml", Assets.icon)
        case .live(let of): return isHead ? Self.response("text/event-stream", "") : stream(of)
        case .metrics:
            let open = live.changes.listeners
            let text = try await pages.blocking {
                Prometheus.text(try history.runs(), try history.figures(), pages: open)
            }
            return Self.response(Prometheus.contentType, text)
        case .runsJSON: return Self.json(try await pages.blocking { HistoryReport.list(try history.runs()) })
        case .runJSON(let name):
            let json = try await pages.blocking { try pages.summary(name).map { try history.report(of: $0.run) } }
            return json.map(Self.json)
        case .jobJSON(let run, let id):
            return try await pages.blocking { try pages.record(run, id) }.map { Self.json(HistoryReport.json($0)) }
        default:
            return try await pages.page(wish).map { Self.html(.ok, pages.text($0, at: address)) }
        }
    }

    private func stream(_ address: String) -> Response {
        guard live.changes.enter() else {
            return said(.serviceUnavailable, "Too many look at once", "Close some of the pages that are open.")
        }
        let leaving = Leaving(live.changes)
        let live = live
        var response = Response(
            status: .ok,
            body: ResponseBody { writer in
                try await live.write(address, to: &writer)
                try await writer.finish(nil)
                withExtendedLifetime(leaving) {}
            })
        response.headers[.contentType] = "text/event-stream"
        return response
    }

    private func said(_ status: HTTPResponse.Status, _ title: String, _ words: String, command: String? = nil)
        -> Response
    {
        let page = Page(title: title, parts: [pages.message(title, words, command: command)], isLive: false)
        return Self.html(status, pages.text(page, at: "/"))
    }

    private static func html(_ status: HTTPResponse.Status, _ text: String) -> Response {
        response("text/html; charset=utf-8", text, status)
    }
    private static func json(_ value: JSON) -> Response { response("application/json", value.line + "\n") }

    private static func response(_ type: String, _ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        response.headers[.contentType] = type
        return response
    }
}

/// A place among those that listen, given back once, also when the answer was never begun.
private final class Leaving: Sendable {
    private let changes: Changes
    init(_ changes: Changes) { self.changes = changes }
    deinit { changes.leave() }
}
