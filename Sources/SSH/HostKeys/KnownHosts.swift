import Glibc

/// The host keys on record, and the decision about a key that a host offers.
struct KnownHosts: Sendable {
    /// What the record says about an offered key.
    enum Verdict: Equatable {
        case known
        /// Nothing on record for this host.
        case unknown
        /// Other keys are on record; the first of the same type if there is one.
        case changed(KnownHostsLine)
        case revoked(KnownHostsLine)
    }

    let lines: [KnownHostsLine]

    init(lines: [KnownHostsLine]) { self.lines = lines }

    /// Reads the files in order; one that does not exist is empty.
    init(reading files: [String]) throws(LocalFileError) {
        var lines: [KnownHostsLine] = []
        for file in files {
            do throws(LocalFileError) {
                lines += KnownHosts.parse(String(decoding: try LocalFile.read(file), as: UTF8.self), file: file)
            } catch {
                if error.code != ENOENT { throw error }
            }
        }
        self.lines = lines
    }

    static func parse(_ text: String, file: String) -> [KnownHostsLine] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            KnownHostsLine.parse(line, at: Place(file: file, line: index + 1))
        }
    }

    /// Decides about the key that the host offers under the first of `names`.
    ///
    /// A host known by keys of other types only counts as changed: whoever stands between can always offer a type that
    /// is not on record. Authorities sign certificates and say nothing about plain keys, so their lines do not count.
    /// Under the further names a key may be known or revoked; a different one there tells nothing about this host.
    func verdict(on key: PublicKey, from names: [String]) -> Verdict {
        let same = lines.filter { line in line.key == key && names.contains { line.names($0) } }
        if let line = same.first(where: { $0.marker == .revoked }) { return .revoked(line) }
        if same.contains(where: { $0.marker == .none }) { return .known }
        let other = lines.filter { line in line.marker == .none && names.prefix(1).contains { line.names($0) } }
        guard let line = other.first(where: { $0.key.type == key.type }) ?? other.first else { return .unknown }
        return .changed(line)
    }

    /// The host key algorithms to ask for, those whose keys are on record first, so that a host known by one key is
    /// not met with another of its keys.
    func algorithms(for names: [String]) -> [String] {
        for name in names {
            let entries = lines.filter { $0.marker == .none && $0.names(name) }
            guard !entries.isEmpty else { continue }
            let known = Set(entries.flatMap { KnownHosts.algorithms(ofType: $0.key.type) })
            return KnownHosts.algorithms.filter(known.contains) + KnownHosts.algorithms.filter { !known.contains($0) }
        }
        return KnownHosts.algorithms
    }

    /// What both sides support, best first; SHA-1 signatures (`ssh-rsa`) are left out.
    private static let algorithms = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
        "rsa-sha2-256",
    ]

    /// One key may be used with several algorithms: RSA keys are typed by their form and used with newer hashes.
    private static func algorithms(ofType type: String) -> [String] {
        type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]
    }
}
