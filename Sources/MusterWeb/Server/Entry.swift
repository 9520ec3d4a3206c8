import MusterCore

/// Who may come in: decided from a request's head alone.
struct Entry: Sendable {
    /// What becomes of a request.
    enum Verdict: Equatable, Sendable {
        case allowed
        /// The token stood in the address: it is put into a cookie, and the address is shown without it.
        case welcomed(address: String)
        /// A name in `Host` that is not ours: somebody's page has had its name lead here.
        case foreignHost
        /// Nothing but reading is offered.
        case wrongMethod
        /// Another site's page asks.
        case crossSite
        case noToken
    }

    /// What of a request matters.
    struct Head: Equatable, Sendable {
        var method: String, address: String
        var host: String?, cookie: String?, authorization: String?
        /// `Sec-Fetch-Site` and `Sec-Fetch-Mode`.
        var site: String?, mode: String?
    }

    /// Nil on a socket that the owner alone can reach.
    var token: Token?
    /// Names that this server may be called by besides `localhost` and addresses.
    var names: Set<String>
    /// The cookie's name. Browsers give cookies to all ports of a host, so each token has a name of its own.
    var cookie: String

    func verdict(_ head: Head) -> Verdict {
        guard head.method == "GET" || head.method == "HEAD" else { return .wrongMethod }
        guard let token else { return .allowed }
        guard isOwn(head.host) else { return .foreignHost }
        // A link on another page may lead here; its pictures, scripts and frames may not.
        if head.site == "cross-site", head.mode != "navigate" { return .crossSite }
        if let authorization = head.authorization, authorization.lowercased().hasPrefix("bearer ") {
            return token.matches(authorization.dropFirst(7)) ? .allowed : .noToken
        }
        if let told = Self.token(in: head.address) {
            return token.matches(told) ? .welcomed(address: Self.withoutToken(head.address)) : .noToken
        }
        let told = (head.cookie ?? "").split(separator: ";").map { $0.trimmingBlanks }
            .filter { $0.hasPrefix("\(cookie)=") }.map { $0.dropFirst(cookie.count + 1) }
        return told.contains { token.matches($0) } ? .allowed : .noToken
    }

    /// Addresses can't be taken by another site's name server, names can.
    func isOwn(_ host: String?) -> Bool {
        guard let host, !host.isEmpty else { return false }
        if host.hasPrefix("[") { return host.split(separator: "]").first?.dropFirst().allSatisfy(Self.isSix) ?? false }
        let name = host.split(separator: ":", omittingEmptySubsequences: false)[0].lowercased()
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
        let isFour = numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
        return isFour || name == "localhost" || names.contains(name)
    }

    private static func isSix(_ character: Character) -> Bool {
        character.isHexDigit || character == ":" || character == "."
    }

    private static func token(in address: String) -> String? { Wish(address).query.first { $0.name == "token" }?.value }

    /// The address without `token=`, written anew; always a path of this server.
    static func withoutToken(_ address: String) -> String {
        var path = String(address.prefix { $0 != "?" })
        // Browsers take `\` for `/` and leave out control characters, and `//other.site` would lead there.
        let isPlain = path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        if !isPlain || !path.hasPrefix("/") { path = "/" }
        while path.hasPrefix("//") { path.removeFirst() }
        let kept = Wish(address).query.filter { $0.name != "token" }
            .map { "\(Markup.percent($0.name))=\(Markup.percent($0.value))" }
        return path + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring { drop { $0 == " " } }
}
