/// What a transfer moved.
package struct TransferResult: Equatable, Sendable {
    /// Files, folders and links.
    package var members: Int
    /// Bytes of contents.
    package var bytes: Int64
    /// What the other side's tar said though it ended well, such as that a file changed while it was read.
    package var warnings: String
}

extension ScriptCarrier {
    /// Sends many files as one tar stream into a folder there, which is made if it is missing.
    ///
    /// `folder` may begin with `~/`. Fails with `transferFailed` and what tar said; files already unpacked stay.
    /// `stall` bounds the time in which not one byte moves.
    @discardableResult
    package func upload(
        _ items: [TarItem], to folder: String, stall: Duration = .seconds(60)
    ) throws(SSHError) -> TransferResult {
        let folder = ShellWord.path(folder)
        let channel = try open(script: "mkdir -p \(folder) && exec tar -xof - -C \(folder)")
        var source = TarSource(items, host: host)
        var sink = CollectingSink(host: host, limit: 1 << 20)
        let status = try channel.converse(from: &source, to: &sink, timeout: nil, stall: stall)
        let said = String(decoding: sink.errors, as: UTF8.self)
        guard status.isSuccess else { throw transferFailure("send files to", status, said) }
        return TransferResult(members: items.count, bytes: source.bytes, warnings: said)
    }

    /// Fetches files and whole folders, named relative to `folder` there, into a folder here, which must exist.
    ///
    /// The other side is not trusted: an archive that would write outside `destination` is refused in mid-stream.
    /// A requested path that does not come is an error. Several tar runs are made if the list is long.
    @discardableResult
    package func download(
        _ paths: [String], from folder: String, to destination: String, stall: Duration = .seconds(60)
    ) throws(SSHError) -> TransferResult {
        var result = TransferResult(members: 0, bytes: 0, warnings: "")
        for part in Self.parts(of: paths) {
            let words = part.map { ShellWord.quote($0) }.joined(separator: " ")
            // GNU's tar alone takes a backslash in an argument for an escape.
            let script = """
                cd \(ShellWord.path(folder)) || exit 2
                plain=--no-unquote; tar $plain --version >/dev/null 2>&1 || plain=
                exec tar $plain -cf - -- \(words)
                """
            let channel = try open(script: script)
            var source = BytesSource([])
            var sink = try UnpackingSink(host: host, folder: destination)
            let status = try channel.converse(from: &source, to: &sink, timeout: nil, stall: stall)
            let said = String(decoding: sink.errors, as: UTF8.self)
            // GNU tar ends with 1 for a file that grew meanwhile, which is no error for a log.
            guard status == .exited(0) || (status == .exited(1) && sink.isComplete) else {
                throw transferFailure("fetch files from", status, said)
            }
            guard sink.isComplete else {
                throw transferFailure("fetch files from", status, "the archive is cut off; \(said)")
            }
            if let missing = sink.firstMissing(of: part) {
                throw transferFailure("fetch files from", status, "'\(missing)' did not come; \(said)")
            }
            result.members += sink.members
            result.bytes += sink.bytes
            result.warnings += said
        }
        return result
    }

    /// Argument lists well below any system's limit.
    private static func parts(of paths: [String]) -> [[String]] {
        var parts: [[String]] = []
        var size = Int.max / 2
        for path in paths {
            size += path.utf8.count + 16
            if size > 100_000 {
                parts.append([])
                size = path.utf8.count + 16
            }
            parts[parts.count - 1].append(path)
        }
        return parts
    }

    func transferFailure(_ operation: String, _ status: ExecStatus, _ said: String) -> SSHError {
        let lines = said.split(separator: "\n").suffix(20).joined(separator: "\n  ")
        return SSHError(
            .transferFailed, operation, host: host, text: lines.isEmpty ? "the other side ended with \(status)" : lines)
    }
}
