import Glibc

extension ScriptCarrier {
    /// Sends one file; it appears under its name there only when every byte has arrived.
    ///
    /// `path` may begin with `~/`; its folder must exist. `mode` is the file's own unless given.
    package func upload(
        file: String, to path: String, mode: UInt32? = nil, stall: Duration = .seconds(60)
    ) throws(SSHError) {
        var source = try FileSource(file, host: host)
        let channel = try open(
            script: Self.receive(path: path, size: source.size, mode: mode ?? source.mode))
        var sink = CollectingSink(host: host, limit: 1 << 20)
        let status = try channel.converse(from: &source, to: &sink, timeout: nil, stall: stall)
        guard status.isSuccess else {
            throw transferFailure("send '\(file)' to", status, String(decoding: sink.errors, as: UTF8.self))
        }
    }

    private static func receive(path: String, size: Int64, mode: UInt32) -> String {
        var generator = SystemRandomNumberGenerator()
        let name = ".partial-\(String(generator.next(), radix: 16))"
        return """
            final=\(ShellWord.path(path))
            case $final in */*) partial=${final%/*}/\(name) ;; *) partial=\(name) ;; esac
            if [ -d "$final" ]; then echo "$final is a folder" >&2; exit 1; fi
            trap 'rm -f "$partial"' EXIT
            trap 'exit 1' HUP INT TERM
            (umask 077 && cat > "$partial") || exit 1
            size=$(wc -c < "$partial") || exit 1
            if [ "$size" -ne \(size) ]; then echo "$size of \(size) bytes arrived" >&2; exit 1; fi
            chmod \(String(mode & 0o777, radix: 8)) "$partial" && mv -f "$partial" "$final"
            """
    }

    /// Fetches one file; it appears under its name here only when every byte has arrived.
    ///
    /// A file that grows meanwhile comes at the size it had at the start. Returns that size.
    @discardableResult
    package func download(
        file path: String, to local: String, mode: UInt32 = 0o644, stall: Duration = .seconds(60)
    ) throws(SSHError) -> Int64 {
        let word = ShellWord.path(path)
        let channel = try open(script: "wc -c < \(word) >&2 && exec cat \(word)")
        var source = BytesSource([])
        var sink = try FileSink(local, mode: mode, host: host)
        let status = try channel.converse(from: &source, to: &sink, timeout: nil, stall: stall)
        guard status.isSuccess else {
            throw transferFailure("fetch '\(path)' from", status, String(decoding: sink.said, as: UTF8.self))
        }
        return try sink.finish(path)
    }
}

/// Receives one file: its size as text on the standard error, its bytes on the standard output.
private final class FileSink: ByteSink {
    private let host: String
    private let file: PartialFile
    private var received: Int64 = 0
    private(set) var said: [UInt8] = []

    init(_ path: String, mode: UInt32, host: String) throws(SSHError) {
        self.host = host
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        do throws(LocalFileError) {
            let opened = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            file = try PartialFile(in: opened, name: name, mode: mode, modified: nil)
        } catch {
            throw FileSink.failure(error, host)
        }
    }

    private var size: Int64? {
        guard said.last == UInt8(ascii: "\n") else { return nil }
        let line = String(decoding: said, as: UTF8.self).filter { !$0.isWhitespace }
        return Int64(line)
    }

    func take(_ bytes: ArraySlice<UInt8>, from stream: Channel.Stream) throws(SSHError) {
        guard stream == .output else {
            said += bytes.prefix(max(0, 1 << 16 - said.count))
            return
        }
        do throws(LocalFileError) {
            // The size may come after the first bytes; then the cut is made at the end.
            try file.write(bytes)
            received += Int64(bytes.count)
        } catch {
            throw Self.failure(error, host)
        }
    }

    func finish(_ path: String) throws(SSHError) -> Int64 {
        guard let size, received >= size else {
            throw SSHError(
                .transferFailed, "fetch '\(path)' from", host: host,
                text: "\(received) bytes came, of \(String(decoding: said, as: UTF8.self))")
        }
        do throws(LocalFileError) {
            if received > size { try file.cut(to: size) }
            try file.finish()
        } catch {
            throw Self.failure(error, host)
        }
        return size
    }

    private static func failure(_ error: LocalFileError, _ host: String) -> SSHError {
        SSHError(.transferFailed, "fetch a file from", host: host, code: error.code, text: error.description)
    }
}
