/// Where a store lies on a machine that SSH reaches: `ssh://[USER@]HOST[:PORT]/FOLDER`, with `/~/` for the home folder there.
public struct StoreAddress: Equatable, Sendable {
    /// Who logs in, where that is said.
    public var user: String?
    /// An alias, a name or an address; one of IPv6 without its brackets.
    public var host: String
    /// The port, where that is said.
    public var port: Int?
    /// Absolute, or with `~/` in front.
    public var folder: String

    /// Reads an address; nil for what is none. What begins with a dash is none: a program would take it for an option.
    public init?(_ text: String) {
        guard text.hasPrefix("ssh://"), !text.contains("\0") else { return nil }
        let rest = text.dropFirst(6)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        var machine = rest[..<slash]
        if let at = machine.lastIndex(of: "@") {
            user = String(machine[..<at])
            machine = machine[machine.index(after: at)...]
        }
        if let colon = machine.lastIndex(of: ":"), !machine.hasSuffix("]") {
            guard let number = Int(machine[machine.index(after: colon)...]), (1...65535).contains(number) else {
                return nil
            }
            port = number
            machine = machine[..<colon]
        }
        if machine.hasPrefix("["), machine.hasSuffix("]") { machine = machine.dropFirst().dropLast() }
        host = String(machine)
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        folder = String(path.hasPrefix("/~/") ? path.dropFirst() : path)
        guard !host.isEmpty, !host.hasPrefix("-"), user?.isEmpty != true, user?.hasPrefix("-") != true,
            !["", "/~"].contains(folder)
        else { return nil }
    }
}
