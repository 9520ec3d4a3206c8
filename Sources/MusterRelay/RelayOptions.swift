import MusterCore

/// What a relay was started with.
struct RelayOptions: Equatable {
    /// The run's folder.
    var paths = RunPaths(folder: "")
    /// The address to bind, or an interface's name; nil only follows what another relay hears.
    var address: String?
    /// The port; nil for any free one.
    var port: Int?
    /// Left running: nothing is passed on, and the end is up to itself.
    var isDetached = false
    /// One that was left running is being started.
    var starts = false
    /// Seconds without a word of any agent after which a relay that was left running ends.
    var idle: Int64 = 3600
    /// Seconds without a byte from the client after which one that was not ends.
    var patience: Int64 = 180

    /// Why the arguments can't be used.
    struct Mistake: Error, Equatable {
        /// One sentence.
        var text: String
    }

    /// The user's place of relays.
    let place: RelayPaths
    /// The run's name.
    let run: String

    static let usage = """
        usage: muster-agent relay --run-folder DIR [--address ADDRESS [--port N]] [--detached [--idle SECONDS]] [--starts] [--patience SECONDS]
               muster-agent bell --address ADDRESS [--port N] CALL ANSWER

        'relay' listens on an address of this machine for the agents of all of the user's runs that ask for it, unless another
        relay does, writes what it hears to the journals in the runs' folders, and prints what is new of DIR's run. It ends when
        its input does. With --detached it prints nothing and ends when no run is left or nothing was heard for so long. Without an
        address it only prints what another one hears; with --starts it gives that one a moment to begin.
        'bell' answers whoever connects and sends CALL; it ends when its input does.

        """

    /// Reads the words behind `relay`.
    init(_ words: some Sequence<String>) throws(Mistake) {
        var words = words.makeIterator()
        func number(_ name: String, _ text: String) throws(Mistake) -> Int {
            guard let value = Int(text), value > 0 else {
                throw Mistake(text: "\(name) takes a number from 1, not '\(text)'")
            }
            return value
        }
        var folder = ""
        while let name = words.next() {
            if name == "--detached" || name == "--starts" {
                if name == "--detached" { isDetached = true } else { starts = true }
                continue
            }
            guard let value = words.next() else { throw Mistake(text: "\(name) needs a value") }
            switch name {
            case "--run-folder": folder = value
            case "--address": address = value
            case "--port": port = try number(name, value)
            case "--idle": idle = Int64(try number(name, value))
            case "--patience": patience = Int64(try number(name, value))
            default: throw Mistake(text: "unknown option '\(name)'")
            }
        }
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        guard folder.hasPrefix("/"), let place = RelayPaths(run: folder) else {
            throw Mistake(text: "--run-folder takes the absolute path of a folder in 'runs', not '\(folder)'")
        }
        if isDetached, address == nil { throw Mistake(text: "--detached needs --address") }
        paths = RunPaths(folder: folder)
        self.place = place
        run = folder.split(separator: "/").last.map(String.init) ?? ""
    }
}
