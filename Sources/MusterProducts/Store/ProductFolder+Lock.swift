import Glibc

extension ProductFolder {
    /// What a lock is for.
    enum Access {
        /// Reading: others may read too.
        case shared
        /// Changing the folder.
        case alone
    }

    /// Runs `body` while nobody else changes the folder, or, `alone`, while nobody else reads or changes it.
    ///
    /// The kernel returns the lock however the process ends. `body` must not wait for anything but the disk, since the
    /// thread that asks for the lock waits. A folder that may only be read is read without a lock.
    func locked<Result>(
        _ access: Access, _ body: () throws(ProductError) -> Result
    ) throws(ProductError) -> Result {
        let lock = "\(path)/manifest.lock"
        let descriptor = open(lock, O_RDONLY | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 {
            guard access == .shared, [ENOENT, EACCES, EROFS].contains(errno) else { throw Files.failure("open", lock) }
            return try body()
        }
        defer { close(descriptor) }
        while flock(descriptor, access == .alone ? LOCK_EX : LOCK_SH) != 0 {
            guard errno == EINTR else { throw Files.failure("flock", lock) }
        }
        return try body()
    }
}
