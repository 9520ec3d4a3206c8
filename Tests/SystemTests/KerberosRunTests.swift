import Foundation
import MusterCore
import Testing

/// A server that lets in by Kerberos tickets alone, in a realm of the test's own.
@Suite(
    .serialized,
    .enabled(if: SSHServer.isInstalled && Realm.isPossible, "needs sshd and krb5-kdc, krb5-admin-server, krb5-user"))
struct KerberosRunTests {
    @Test func aTicketLetsInAndItsAbsenceIsTold() throws {
        let lab = try Lab()
        let realm = try Realm(in: "\(lab.folder)/keys")
        defer { withExtendedLifetime(realm) {} }
        let server = try SSHServer(
            in: realm.folder,
            options: ["GSSAPIAuthentication yes", "GSSAPIStrictAcceptorCheck no", "PubkeyAuthentication no"],
            environment: realm.environment)
        defer { withExtendedLifetime(server) {} }
        let text = try server.cluster(lab)
        try lab.write("libssh.yaml", text)
        try lab.write("openssh.yaml", text + "\ntransport: openssh\n")
        func login(_ cluster: String) throws -> String {
            try lab.muster(["doctor", cluster], environment: realm.environment).output
        }
        let none = try login("libssh.yaml")
        #expect(none.contains("gssapi-with-mic: ") && none.contains("kinit"), "\(none)")
        try realm.takeTicket()
        for cluster in ["libssh.yaml", "openssh.yaml"] {
            let output = try login(cluster)
            #expect(output.contains("ok       login: \(NSUserName()) with gssapi-with-mic"), "\(output)")
        }
    }
}

/// A Kerberos realm on loopback with one user and one host; its server ends with the last reference.
final class Realm {
    /// Whether one can be made here, and whether ssh asks for tickets.
    static var isPossible: Bool {
        let programs = ["/usr/sbin/krb5kdc", "/usr/sbin/kadmin.local", "/usr/bin/kinit"]
        let config = (try? TestCluster.text("/etc/ssh/ssh_config")) ?? ""
        return getuid() == 0 && programs.allSatisfy(FileManager.default.isExecutableFile)
            && config.split(separator: "\n").contains {
                $0.split(whereSeparator: \.isWhitespace).map { $0.lowercased() } == ["gssapiauthentication", "yes"]
            }
    }

    let folder: String
    private let process = Process()
    /// What its users set.
    let environment: [String: String]

    init(in folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let port = 30000 + Int(ProcessInfo.processInfo.processIdentifier) % 10000
        environment = [
            "KRB5_CONFIG": "\(folder)/krb5.conf", "KRB5_KDC_PROFILE": "\(folder)/kdc.conf",
            "KRB5CCNAME": "FILE:\(folder)/tickets", "KRB5_KTNAME": "\(folder)/keytab",
        ]
        let client = """
            [libdefaults]
             default_realm = TEST.LOCAL
             dns_lookup_kdc = false
             dns_lookup_realm = false
             dns_canonicalize_hostname = false
             rdns = false
            [realms]
             TEST.LOCAL = {
              kdc = 127.0.0.1:\(port)
             }

            """
        let server = """
            [kdcdefaults]
             kdc_listen = 127.0.0.1:\(port)
             kdc_tcp_listen = 127.0.0.1:\(port)
            [realms]
             TEST.LOCAL = {
              database_name = \(folder)/principal
              key_stash_file = \(folder)/stash
             }

            """
        try Data(client.utf8).write(to: URL(filePath: "\(folder)/krb5.conf"))
        try Data(server.utf8).write(to: URL(filePath: "\(folder)/kdc.conf"))
        try run(
            """
            kdb5_util create -s -r TEST.LOCAL -P master
            kadmin.local -q 'addprinc -pw secret \(NSUserName())'
            kadmin.local -q 'addprinc -randkey host/127.0.0.1'
            kadmin.local -q 'ktadd -k \(folder)/keytab host/127.0.0.1'
            """)
        process.executableURL = URL(filePath: "/usr/sbin/krb5kdc")
        process.arguments = ["-n", "-r", "TEST.LOCAL"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Gets the user's ticket, as soon as the server listens.
    func takeTicket() throws {
        try run("for i in 1 2 3 4 5 6 7 8 9; do echo secret | kinit \(NSUserName()) && exit; sleep 1; done; exit 1")
    }

    private func run(_ script: String) throws {
        let words = environment.map { "\($0.key)=\($0.value)" } + ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        try TestCluster.run("env", words + ["sh", "-ec", "{ \(script)\n} >\(folder)/realm.log 2>&1"])
    }
}
