import CSSH
import Glibc

/// A private key file, as far as it can be known without a passphrase.
struct IdentityFile {
    enum Condition: Equatable {
        case missing
        case unreadable(String)
        /// Others can read it, so ssh refuses it as well.
        case exposed
        /// Only its public half lies here; an agent may hold the rest.
        case publicOnly
        case encrypted
        case ready
    }

    let path: String
    let condition: Condition
    /// From the `.pub` file beside it, or from the file itself.
    let publicKey: PublicKey?
    /// Certificates for the key: the one beside it, then of the others those that are about it.
    let certificates: [Certificate]

    /// - Parameter others: Certificates of any keys.
    init(_ path: String, others: [Certificate] = []) {
        self.path = path
        let beside = (try? LocalFile.read(path + ".pub")).flatMap {
            PublicKey(publicKeyLine: String(decoding: $0, as: UTF8.self))
        }
        do throws(LocalFileError) {
            let text = String(decoding: try LocalFile.read(path), as: UTF8.self)
            let own = PublicKey(publicKeyLine: text)
            let half = beside ?? own ?? IdentityFile.publicHalf(of: path)
            publicKey = half
            certificates = IdentityFile.certificates(of: half, path, others)
            condition = own != nil ? .publicOnly : IdentityFile.condition(of: text, at: path)
        } catch {
            publicKey = beside
            certificates = IdentityFile.certificates(of: beside, path, others)
            condition = error.code == ENOENT ? (beside == nil ? .missing : .publicOnly) : .unreadable(error.text)
        }
    }

    private static func certificates(
        of key: PublicKey?, _ path: String, _ others: [Certificate]
    ) -> [Certificate] {
        let own = [Certificate(file: "\(path)-cert.pub")].compactMap(\.self)
        return own + others.filter { $0.keyBody == key?.body && !own.contains($0) }
    }

    /// Unlocks the file; nil for a wrong passphrase or a damaged file.
    func privateKey(passphrase: String?) -> KeyHandle? {
        var key: ssh_key?
        guard ssh_pki_import_privkey_file(path, passphrase, nil, nil, &key) == SSH_OK, let key else { return nil }
        return KeyHandle(key)
    }

    /// The file in OpenSSH's own format tells its public half without a passphrase.
    private static func publicHalf(of path: String) -> PublicKey? {
        var key: ssh_key?
        guard ssh_pki_import_pubkey_file(path, &key) == SSH_OK, let key else { return nil }
        return KeyHandle(key).publicKey
    }

    private static func condition(of text: String, at path: String) -> Condition {
        var facts = stat()
        if stat(path, &facts) == 0, facts.st_uid == getuid(), facts.st_mode & 0o077 != 0 { return .exposed }
        return isEncrypted(text) ? .encrypted : .ready
    }

    /// Whether a private key in one of the usual formats needs a passphrase.
    ///
    /// PEM says so in its header; OpenSSH's format names its cipher right behind the magic word.
    static func isEncrypted(_ text: String) -> Bool {
        if text.contains("Proc-Type: 4,ENCRYPTED") || text.contains("BEGIN ENCRYPTED PRIVATE KEY") { return true }
        let lines = text.split(whereSeparator: \.isNewline).drop { !$0.hasPrefix("-----BEGIN OPENSSH PRIVATE KEY") }
        guard !lines.isEmpty, let body = Base64.decode(lines.dropFirst().prefix { !$0.hasPrefix("-") }.joined())
        else { return false }
        let magic = Array("openssh-key-v1\0".utf8)
        guard body.starts(with: magic) else { return false }
        return !body[magic.count...].starts(with: [0, 0, 0, 4] + Array("none".utf8))
    }
}
