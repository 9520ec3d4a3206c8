import Foundation

/// A PAM service of one test alone, which asks for a code that changes with every login. It is gone with the last
/// reference; an sshd of the same name uses it (sshd_config(5), `UsePAM`).
public final class PAMService: Sendable {
    /// A name of sshd that makes PAM take this service.
    public let program: String
    private let name = "muster-sshd-\(UUID().uuidString.prefix(8).lowercased())"
    private let folder: String

    /// Whether one can be made here.
    public static var isPossible: Bool {
        getuid() == 0 && FileManager.default.fileExists(atPath: "/lib/x86_64-linux-gnu/security/pam_exec.so")
    }

    /// Makes it; `folder` is there and takes its files.
    public init(in folder: String, sshd: String = "/usr/sbin/sshd") throws {
        self.folder = folder
        program = "\(folder)/\(name)"
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: sshd)
        try Data("1000".utf8).write(to: URL(filePath: "\(folder)/code"))
        // Whoever knows the code makes it the next one.
        let check = """
            #!/bin/sh
            read -r word; code=$(cat \(folder)/code)
            echo asked >>\(folder)/asked
            [ "$word" = "$code" ] || exit 1
            echo $((code + 1)) >\(folder)/code

            """
        try Data(check.utf8).write(to: URL(filePath: "\(folder)/check"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/check")
        let service = """
            auth required pam_exec.so quiet expose_authtok \(folder)/check
            auth required pam_permit.so
            account required pam_permit.so
            session required pam_permit.so

            """
        try Data(service.utf8).write(to: URL(filePath: "/etc/pam.d/\(name)"))
    }

    deinit { try? FileManager.default.removeItem(atPath: "/etc/pam.d/\(name)") }

    private func text(_ file: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
    }

    /// The code of now.
    public var code: String { text("code").trimmingCharacters(in: .whitespacesAndNewlines) }
    /// How often somebody answered.
    public var answers: Int { text("asked").split(separator: "\n").count }
}
