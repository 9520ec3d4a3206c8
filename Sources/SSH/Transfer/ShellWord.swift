/// Text as one word of a POSIX shell script.
enum ShellWord {
    /// Any text, taken literally.
    static func quote(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A path; a leading `~/` means the home folder there, and a leading dash is no option.
    static func path(_ path: String) -> String {
        if path == "~" { return "\"$HOME\"" }
        if path.hasPrefix("~/") { return "\"$HOME\"/" + quote(String(path.dropFirst(2))) }
        return quote(path.hasPrefix("-") ? "./" + path : path)
    }
}
