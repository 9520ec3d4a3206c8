import Digest
import Glibc
import MusterCore

/// Programs that change while the run goes on.
extension Agent {
    /// Looks whether the programs of a stage, or of all, are what they were when the run was submitted, and tells what is not.
    /// Where nothing looks different this costs a look at each file and reads none.
    func lookAtCode(of stage: String? = nil) {
        guard !code.isEmpty else { return }
        let changes = code.look(at: stage, sight: Self.sight) { path in
            Files.realPath(path).flatMap { FileDigest(path: $0)?.sha256 }
        }
        for change in changes {
            note(change.isBack ? "\(change.path) is what it was when the run was submitted again" : change.words)
            outbox.append(.codeChanged(node: me.node, change))
        }
    }

    /// Links are followed, since a program may be changed by where one leads.
    private static func sight(_ path: String) -> CodeWatch.Sight {
        guard let real = Files.realPath(path) else { return errno == ENOENT || errno == ENOTDIR ? .missing : .unknown }
        guard let look = FileLook(real), look.isFile else { return .unknown }
        return .file(CodeLook(size: look.mark.size, changed: look.mark.changed))
    }
}
