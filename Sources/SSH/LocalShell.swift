import Glibc

/// Commands on this machine, for `Match exec` only.
enum LocalShell {
    /// Whether the user's shell ends the command with status 0; its input and output are /dev/null.
    @Sendable static func succeeds(_ command: String) -> Bool {
        let shell = getenv("SHELL").map { String(cString: $0) } ?? "/bin/sh"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var words = [shell, "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { words.forEach { free($0) } }
        var child = pid_t()
        guard posix_spawn(&child, shell, &actions, nil, &words, environ) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 { guard errno == EINTR else { return false } }
        return status == 0
    }
}
