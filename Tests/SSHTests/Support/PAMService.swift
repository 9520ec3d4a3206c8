import Foundation

/// A PAM service of this test alone, which asks for a code that changes with every login. It is gone with the last
/// reference; an sshd of the same name uses it (sshd_config(5), `UsePAM`).
final class PAMService {
    /// A name of sshd that makes PAM take this service.
    let program: String
    private let name = "muster-sshd-\(UUID().uuidString.prefix(8).lowercased())"
    private let folder: TemporaryFolder

    static var isPossible: Bool {
        getuid() == 0
            && FileManager.default.fileExists(atPath: "/lib/x86_64-linux-gnu/security/pam_exec.so")
    }

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        program = "\(folder.path)/\(name)"
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: SSHServer.program)
        try folder.write("1000", to: "code")
        // Whoever knows the code makes it the next one.
        let check = try folder.write(
            """
            #!/bin/sh
            read -r word; code=$(cat \(folder.path)/code)
            echo asked >>\(folder.path)/asked
            [ "$word" = "$code" ] || exit 1
            echo $((code + 1)) >\(folder.path)/code
            """, to: "check")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: check)
        let service = """
            auth required pam_exec.so quiet expose_authtok \(check)
            auth required pam_permit.so
            account required pam_permit.so
            session required pam_permit.so

            """
        try Data(service.utf8).write(to: URL(filePath: "/etc/pam.d/\(name)"))
    }

    deinit { try? FileManager.default.removeItem(atPath: "/etc/pam.d/\(name)") }

    /// The code of now.
    var code: String { ((try? folder.read("code")) ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
    /// How often somebody answered.
    var answers: Int { ((try? folder.read("asked")) ?? "").split(separator: "\n").count }
}
