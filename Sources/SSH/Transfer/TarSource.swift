import Glibc

/// An archive of items, made while it is being sent.
struct TarSource: ByteSource {
    private let host: String
    private var items: ArraySlice<TarItem>
    private var ready: ArraySlice<UInt8> = []
    private var file: FileSource?
    private var hasEnded = false
    /// Bytes of contents, headers not counted.
    private(set) var bytes: Int64 = 0

    init(_ items: [TarItem], host: String) {
        self.items = items[...]
        self.host = host
    }

    mutating func next(into buffer: inout [UInt8]) throws(SSHError) -> Int {
        var filled = 0
        while filled < buffer.count {
            if !ready.isEmpty {
                let piece = ready.prefix(buffer.count - filled)
                buffer.replaceSubrange(filled..<filled + piece.count, with: piece)
                ready = ready.dropFirst(piece.count)
                filled += piece.count
            } else if let file {
                let count = try file.read(into: &buffer, at: filled)
                filled += count
                if count == 0 {
                    ready = [UInt8](repeating: 0, count: TarFormat.padding(after: file.size))[...]
                    self.file = nil
                }
            } else if let item = items.popFirst() {
                try begin(item)
            } else if !hasEnded {
                ready = TarWriter.end[...]
                hasEnded = true
            } else {
                break
            }
        }
        return filled
    }

    private mutating func begin(_ item: TarItem) throws(SSHError) {
        var header = TarHeader(path: item.path, kind: .folder, mode: 0o644, modified: Int64(time(nil)))
        switch item.content {
        case .folder: header.mode = 0o755
        case .symbolicLink(let target): header.kind = .symbolicLink(to: target)
        case .bytes(let bytes): header.kind = .file(size: Int64(bytes.count))
        case .file(let path):
            let source = try FileSource(path, host: host)
            header.kind = .file(size: source.size)
            header.mode = source.mode
            header.modified = source.modified
            file = source
        }
        header.mode = item.mode ?? header.mode
        ready = TarWriter.header(header)[...]
        if case .bytes(let bytes) = item.content {
            ready += bytes + [UInt8](repeating: 0, count: TarFormat.padding(after: header.size))
        }
        bytes += header.size
    }
}

/// A local file that is sent at the size it had when it was opened.
final class FileSource: ByteSource {
    let size: Int64
    let mode: UInt32
    let modified: Int64
    private let host: String
    private let file: Descriptor
    private var left: Int64

    init(_ path: String, host: String) throws(SSHError) {
        self.host = host
        do throws(LocalFileError) {
            file = try Descriptor.open(path, O_RDONLY | O_CLOEXEC)
        } catch {
            throw FileSource.failure(error.description, code: error.code, host)
        }
        var facts = stat()
        guard fstat(file.number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw FileSource.failure("\(path) is no file", code: EINVAL, host)
        }
        size = Int64(facts.st_size)
        mode = facts.st_mode & 0o777
        modified = Int64(facts.st_mtim.tv_sec)
        left = size
    }

    func next(into buffer: inout [UInt8]) throws(SSHError) -> Int { try read(into: &buffer, at: 0) }

    /// Fills the buffer from `offset`; 0 once the whole size was read.
    func read(into buffer: inout [UInt8], at offset: Int) throws(SSHError) -> Int {
        let wanted = Int(min(left, Int64(buffer.count - offset)))
        guard wanted > 0 else { return 0 }
        let count = buffer.withUnsafeMutableBytes { bytes in
            Glibc.read(file.number, bytes.baseAddress.map { $0 + offset }, wanted)
        }
        if count < 0, errno != EINTR {
            throw Self.failure("read \(file.path): \(String(cString: strerror(errno)))", code: errno, host)
        }
        guard count != 0 else {
            throw Self.failure("\(file.path) became shorter while it was sent", code: 0, host)
        }
        left -= Int64(max(0, count))
        return count < 0 ? try read(into: &buffer, at: offset) : count
    }

    private static func failure(_ text: String, code: Int32, _ host: String) -> SSHError {
        SSHError(.transferFailed, "send files to", host: host, code: code, text: text)
    }
}
