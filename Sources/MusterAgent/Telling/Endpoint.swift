import MusterCore
import ZeroMQ

extension Endpoint {
    /// Reads the run folder's endpoint file; nil when there is none.
    init?(file: String) {
        guard let json = Files.json(file) else { return nil }
        self.init(json: json)
    }
}

/// The run's key pair for agents, of which the first line of the file is the secret; nil when it can't be read.
func clientKeys(file: String) -> CurveKeyPair? {
    guard let line = Files.text(file)?.split(separator: "\n").first, let secret = CurveSecretKey(z85: String(line))
    else { return nil }
    return try? CurveKeyPair(secretKey: secret)
}
