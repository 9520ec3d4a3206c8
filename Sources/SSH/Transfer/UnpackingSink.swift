/// Unpacks a tar stream as it comes.
final class UnpackingSink: ByteSink {
    private let host: String
    private var reader = TarReader()
    private var extractor: TarExtractor
    private(set) var errors: [UInt8] = []

    init(host: String, folder: String) throws(SSHError) {
        self.host = host
        do throws(LocalFileError) {
            extractor = try TarExtractor(into: folder)
        } catch {
            throw SSHError(
                .transferFailed, "fetch files from", host: host, code: error.code, text: error.description)
        }
    }

    var isComplete: Bool { reader.isEnded }
    var members: Int { extractor.paths.count }
    var bytes: Int64 { extractor.bytes }

    func take(_ bytes: ArraySlice<UInt8>, from stream: Channel.Stream) throws(SSHError) {
        guard stream == .output else {
            errors += bytes.prefix(max(0, 1 << 20 - errors.count))
            return
        }
        do throws(TarError) {
            try reader.consume(bytes) { event throws(TarError) in try extractor.take(event) }
        } catch {
            throw SSHError(.transferFailed, "fetch files from", host: host, text: error.text)
        }
    }

    /// The first requested path of which nothing came.
    func firstMissing(of paths: [String]) -> String? {
        let came = Set(extractor.paths)
        return paths.first { path in
            let steps = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
            return !came.contains(steps)
        }
    }
}
