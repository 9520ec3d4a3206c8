import CSSH
import Glibc

extension Authentication {
    /// The certificates that the configuration names (`CertificateFile`).
    mutating func readCertificates() -> [Certificate] {
        settings.certificateFiles.compactMap { path in
            let certificate = Certificate(file: path)
            if certificate == nil { story.append("\(path): no certificate that can be read") }
            return certificate
        }
    }

    /// Offers a key with each of its certificates, then alone; true if the login is done.
    mutating func offer(_ key: borrowing KeyHandle, of file: IdentityFile) throws(SSHError) -> Bool {
        for certificate in file.certificates where ssh_userauth_list(session.handle.raw, nil) & publicKeyMethod != 0 {
            let name = "\(file.path) with its certificate '\(certificate.keyID)'"
            guard let handle = certificate.handle, let raw = ssh_key_dup(key.raw) else { continue }
            let copy = KeyHandle(raw)
            guard ssh_pki_copy_cert_to_privkey(handle.raw, copy.raw) == SSH_OK else {
                story.append("\(name): the certificate is of another key")
                continue
            }
            let answer = try ask { ssh_userauth_publickey($0, nil, copy.raw) }
            if note(answer, name) { return true }
            if answer == .refused { story += [objection(to: certificate)].compactMap(\.self) }
        }
        guard ssh_userauth_list(session.handle.raw, nil) & publicKeyMethod != 0 else { return false }
        let raw = key.raw
        return note(try ask { ssh_userauth_publickey($0, nil, raw) }, file.path)
    }

    private var publicKeyMethod: Int32 { Int32(SSH_AUTH_METHOD_PUBLICKEY) }

    /// What stands against a certificate, as far as it is seen from here.
    func objection(to certificate: Certificate) -> String? {
        let now = UInt64(max(0, time(nil)))
        return certificate.objection(for: settings.user, at: now).map { "  \($0)" }
    }
}

extension Certificate {
    /// As libssh takes it.
    var handle: KeyHandle? {
        guard let type = PublicKey(body: body)?.type else { return nil }
        var raw: ssh_key?
        let code = ssh_pki_import_cert_base64(Base64.encode(body), ssh_key_type_from_name(type), &raw)
        guard code == SSH_OK, let raw else { return nil }
        return KeyHandle(raw)
    }
}
