import Glibc
import MusterCore

/// A file system that takes no more: nothing is started, what could not be written is tried again, no attempt is counted.
extension Agent {
    /// What there is to know of a file system that is full.
    struct FullDisk {
        /// The folder in which it showed.
        var path: String
        /// When to try again, and how long to wait behind that, in microseconds.
        var next: Int64
        var pause: Int64
    }

    /// The longest pause between two tries, in microseconds.
    private static let longestPause: Int64 = 60_000_000

    /// Whether a failure in `folder` may be due to a full file system or a used-up quota; then all waits for space.
    func isFull(_ folder: String) -> Bool {
        guard let fullness = DiskSpace.fullness(of: folder) else { return false }
        if full == nil {
            full = FullDisk(path: folder, next: Machine.monotonic + 1_000_000, pause: 1_000_000)
            note("no space left in \(folder): nothing is started until there is")
            outbox.append(.noSpace(path: folder, free: fullness.free, total: fullness.total, isOver: false))
        }
        return true
    }

    /// Tries again when it is time; what waited goes on once there is space, or is over when it was asked to end.
    func tendSpace(now: Int64) {
        guard let disk = full else { return }
        if now >= disk.next {
            if let fullness = DiskSpace.fullness(of: disk.path) {
                let pause = min(disk.pause * 2, Self.longestPause)
                full = FullDisk(path: disk.path, next: now + pause, pause: pause)
                _ = fullness
            } else {
                full = nil
                note("there is space again in \(disk.path)")
                outbox.append(.noSpace(path: disk.path, free: nil, total: nil, isOver: true))
            }
        }
        for job in jobs.values where job.waitsForSpace && (full == nil || job.stop != nil) {
            job.waitsForSpace = false
            next(job)
        }
    }
}

/// What a file system can still take.
enum DiskSpace {
    /// What a folder must take to have space, in bytes.
    private static let least = 256 << 10

    /// Free and all bytes of the file system, when it takes no more; nil when it does.
    static func fullness(of folder: String) -> (free: Int64, total: Int64)? {
        let path = "\(folder)/.muster-space.\(getpid())"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer {
            if descriptor >= 0 { close(descriptor) }
            unlink(path)
        }
        if descriptor >= 0 {
            do {
                try Files.writeAll(descriptor, [UInt8](repeating: 1, count: least), path)
                // Some file systems find out only when they really write.
                guard fsync(descriptor) != 0, isShort(errno) else { return nil }
            } catch {
                guard isShort(error.code) else { return nil }
            }
        } else if !isShort(errno) {
            return nil
        }
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return (0, 0) }
        let unit = Int64(status.f_frsize)
        return (Int64(status.f_bavail) * unit, Int64(status.f_blocks) * unit)
    }

    /// Whether an error means that there is no room.
    static func isShort(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }
}
