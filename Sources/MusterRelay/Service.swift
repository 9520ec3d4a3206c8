import Glibc
import MusterCollector
import MusterCore
import ZeroMQ

/// The part of a relay that listens: one for all runs of a user, as long as it holds the lock.
final class Service {
    let journals = Journals()
    let address: String
    private let lock: RelayFile
    private let place: RelayPaths
    private let endpoint: Endpoint
    private var registry: Registry
    private var loop: CollectorLoop
    /// Whether there is any run to serve.
    private(set) var hasRuns = false

    /// Binds, unless another relay of the user serves: then nil.
    init?(_ options: RelayOptions, address named: String, now: Timestamp) throws {
        place = options.place
        lock = try RelayFile(place.lock, O_RDWR | O_CREAT)
        guard try lock.lock() else { return nil }
        let keys = try Self.keys(place)
        var loop = try CollectorLoop(
            settings: .init(runs: [:], keys: keys, address: named, port: options.port, epoch: now.microseconds),
            sink: journals, onNote: { complain($0) })
        try loop.proveThatKeysAreChecked()
        address = loop.address
        endpoint = Endpoint(address: address, key: keys.publicKey.z85, epoch: now.microseconds)
        self.loop = loop
        registry = Registry(place)
        try lock.replace(with: Array("\(Self.machine) \(getpid()) \(address)\n".utf8))
        look()
    }

    /// Listens for a while; `join` adds what else ends the wait.
    func listen(for time: Duration, beside join: (inout PollSet) -> Void) { loop.step(for: time, beside: join) }

    /// Takes up runs that ask for it and lets go of those that have ended.
    func look() {
        let (came, gone) = registry.look()
        for run in gone { leave(run) }
        for run in came {
            do {
                try journals.add(run, place.run(run))
                try RelayFile.publish(place.run(run).endpoint, endpoint.json.bytes)
            } catch {
                complain("the run \(run) can't be served: \(error)")
            }
        }
        loop.runs = registry.runs
        hasRuns = !registry.runs.isEmpty
    }

    /// Agents need not look for what is no longer there.
    func close() {
        for run in Array(journals.open.keys) { leave(run) }
        lock.cut(to: 0)
    }

    private func leave(_ run: String) {
        let path = place.run(run).endpoint
        let written = RelayFile.text(path).flatMap { try? JSON(parsing: $0) }.flatMap { Endpoint(json: $0) }
        if written == endpoint { unlink(path) }
        journals.remove(run)
    }

    /// The relay's keys, made when there are none.
    private static func keys(_ place: RelayPaths) throws -> CurveKeyPair {
        if let line = RelayFile.text(place.key)?.split(separator: "\n").first,
            let key = CurveSecretKey(z85: String(line))
        {
            return try CurveKeyPair(secretKey: key)
        }
        let made = try CurveKeyPair.generate()
        try RelayFile.publish(place.key, Array("\(made.secretKey.z85)\n".utf8))
        return made
    }

    private static var machine: String {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// A word for people, to the program's own errors.
func complain(_ text: String) {
    let bytes = Array("relay: \(text)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
