import Glibc
import MusterCore
import ZeroMQ

/// The runs that a relay serves: those with a file in the user's folder of relays whose run has not ended.
///
/// A look costs two metadata calls, however many runs there are: whether the list changed, and whether the next run of it
/// has ended.
struct Registry {
    private let place: RelayPaths
    private var changed: Int64 = -1
    private var order: [String] = []
    /// The runs by the public key of their agents.
    private(set) var runs: [CurveKey: String] = [:]

    init(_ place: RelayPaths) { self.place = place }

    /// Asks for a run to be served.
    static func enter(_ run: String, _ place: RelayPaths) throws(RelayFailure) {
        try RelayFile.makeFolder(place.folder)
        try RelayFile.makeFolder(place.runs)
        _ = try RelayFile("\(place.runs)/\(run)", O_WRONLY | O_CREAT)
    }

    /// Looks for runs that came or ended; their names.
    mutating func look() -> (came: [String], gone: [String]) {
        var gone: [String] = []
        if let run = order.first {
            order.append(order.removeFirst())
            if access(place.run(run).ended, F_OK) == 0 || access(place.run(run).folder, F_OK) != 0 {
                unlink("\(place.runs)/\(run)")
                forget(run)
                gone.append(run)
            }
        }
        var folder = stat()
        guard stat(place.runs, &folder) == 0 else { return ([], gone) }
        guard folder.changed != changed else { return ([], gone) }
        changed = folder.changed
        let names = Set(RelayFile.names(in: place.runs))
        for run in order where !names.contains(run) {
            forget(run)
            gone.append(run)
        }
        var came: [String] = []
        for run in names.subtracting(order).sorted() {
            // A client of a run that has ended was late.
            if access(place.run(run).ended, F_OK) == 0 {
                unlink("\(place.runs)/\(run)")
                continue
            }
            guard let key = Self.key(place.run(run)) else {
                // Of a folder that is gone nothing can be served; one whose key can't be read now is tried later.
                if access(place.run(run).folder, F_OK) != 0 { unlink("\(place.runs)/\(run)") }
                continue
            }
            runs[key] = run
            order.append(run)
            came.append(run)
        }
        return (came, gone)
    }

    private mutating func forget(_ run: String) {
        order.removeAll { $0 == run }
        runs = runs.filter { $0.value != run }
    }

    /// The public key of a run's agents: the second line of its file.
    private static func key(_ paths: RunPaths) -> CurveKey? {
        RelayFile.text(paths.clientKey)?.split(separator: "\n").dropFirst().first.flatMap { CurveKey(z85: String($0)) }
    }
}
