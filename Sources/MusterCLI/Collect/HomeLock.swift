import Foundation

/// Keeps two processes from bringing results to one folder at a time; let go with the last reference, or the process.
final class HomeLock {
    private let file: Int32

    /// Takes the lock of a results' folder.
    ///
    /// - Throws: `ExitStatus` while another process has it. Where the file system has no locks nobody is kept out.
    init(home: String) throws {
        try FileManager.default.createDirectory(atPath: "\(home)/.muster", withIntermediateDirectories: true)
        file = open("\(home)/.muster/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        throw ExitStatus(
            code: 1,
            text:
                "error: another muster brings results to '\(home)' now\n  when it has ended, this brings what is missing then"
        )
    }

    deinit { if file >= 0 { close(file) } }
}
