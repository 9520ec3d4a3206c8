import CSSH

/// A libssh session with one owner; destroying it frees the session and closes the descriptor it was given.
struct SessionHandle: ~Copyable {
    let raw: ssh_session

    init?() {
        guard let raw = ssh_new() else { return nil }
        self.raw = raw
        // Everything is done with deadlines of our own: libssh waits for ever in places.
        ssh_set_blocking(raw, 0)
    }

    deinit { ssh_free(raw) }

    func set(_ option: ssh_options_e, _ value: String) -> Bool {
        ssh_options_set(raw, option, value) == SSH_OK
    }

    func set<Number: FixedWidthInteger>(_ option: ssh_options_e, _ value: Number) -> Bool {
        withUnsafePointer(to: value) { ssh_options_set(raw, option, $0) } == SSH_OK
    }

    var errorText: String { ssh_get_error(UnsafeMutableRawPointer(raw)).map { String(cString: $0) } ?? "" }

    var errorCode: Int32 { ssh_get_error_code(UnsafeMutableRawPointer(raw)) }
}

/// A key of libssh with one owner.
struct KeyHandle: ~Copyable {
    let raw: ssh_key

    init(_ raw: ssh_key) { self.raw = raw }

    deinit { ssh_key_free(raw) }

    /// The public half.
    var publicKey: PublicKey? {
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(raw, &text) == SSH_OK, let text else { return nil }
        defer { ssh_string_free_char(text) }
        return Base64.decode(String(cString: text)).flatMap { PublicKey(body: $0) }
    }
}
