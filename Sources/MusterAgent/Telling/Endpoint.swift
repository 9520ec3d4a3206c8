import MusterCore
import ZeroMQ

/// Where the collector listens, and the keys to talk to it.
struct Endpoint: Equatable {
    /// `tcp://HOST:PORT`, numeric.
    var address: String
    /// The collector's public key in Z85.
    var key: String
    /// Another one for each start of a collector.
    var epoch: String

    /// Reads the run folder's endpoint file; nil when there is none.
    init?(file: String) {
        guard let json = Files.json(file), let address = json["address"]?.string, let key = json["key"]?.string else {
            return nil
        }
        self.address = address
        self.key = key
        epoch = json["epoch"].map(Placeholders.text) ?? ""
    }

    /// The run's key pair for agents, of which the first line of the file is the secret; nil when it can't be read.
    static func clientKeys(file: String) -> CurveKeyPair? {
        guard let line = Files.text(file)?.split(separator: "\n").first,
            let secret = CurveSecretKey(z85: String(line))
        else { return nil }
        return try? CurveKeyPair(secretKey: secret)
    }
}
