import CSSH
import Glibc

extension Authentication {
    /// Whether this build speaks Kerberos: one that carries its own libraries does not.
    private static var speaksKerberos: Bool { dlsym(nil, "gss_indicate_mechs") != nil }

    /// Logs in by a Kerberos ticket (RFC 4462, gssapi-with-mic) where the configuration asks for it.
    mutating func offerTicket() throws(SSHError) -> Bool {
        let method = "gssapi-with-mic"
        guard Self.speaksKerberos else {
            story.append("\(method): this build speaks no Kerberos, but the machine's own ssh program may")
            hint = "have the ssh program log in: 'transport: openssh' in the cluster file"
            return false
        }
        guard settings.usesKerberos else {
            story.append("\(method): not tried, since ~/.ssh/config does not say 'GSSAPIAuthentication yes'")
            return false
        }
        do throws(SSHError) {
            if note(try ask { ssh_userauth_gssapi($0) }, method) { return true }
        } catch {
            // A missing ticket is no reason to try nothing else.
            guard error.kind == .authenticationFailed, session.isConnected else { throw error }
            story.append("\(method): \(error.text)")
        }
        hint = "look whether a ticket is there, and get one: klist; kinit"
        return false
    }
}
