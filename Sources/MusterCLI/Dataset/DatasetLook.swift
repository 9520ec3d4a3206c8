import Digest
import Foundation
import MusterCore
import MusterProvenance

/// What lies in the folder of a data set.
struct DatasetLook {
    let place: DatasetPlace

    /// Names and sizes of all files, nothing is read. Names that begin with a dot count below a member only, and for the
    /// members of `known`. Links to files count as these, and a member may be a link to a folder; what else is no file
    /// can't be told by its content, and is refused.
    func sizes(known: [String] = []) async throws -> DatasetContent {
        let dotted = known.filter { $0.utf8.first == UInt8(ascii: ".") }.map { " " + ShellWord.quote("./" + $0) }
        // The names go by a pipe, for a command line may be too short for them.
        let script = """
            cd -- \(ShellWord.quote(place.folder)) 2>/dev/null || exit 3
            set -- ./*\(dotted.joined())
            for f; do if [ -e "$f" ] || [ -L "$f" ]; then printf '%s\\0' "$f"; fi; done | \(Self.listing)
            """
        return try await listed(script, [])
    }

    /// The same of these members alone, whatever their names begin with.
    func sizes(of members: [String]) async throws -> DatasetContent {
        let script = "cd -- \(ShellWord.quote(place.folder)) 2>/dev/null || exit 3\n\(Self.listing)"
        return try await listed(script, members.flatMap { Array("./\($0)".utf8) + [0] })
    }

    /// Lists what lies below the names that it reads, each with a NUL behind.
    private static let listing = """
        LC_ALL=C xargs -0 -r sh -c '
        find -H "$@" ! -type d ! \\( -type l -xtype f \\) -printf "%y%Y %s %p\\0" &&
        find -H "$@" -type l -xtype f -exec stat -L --printf "ff %s %n\\0" {} +' sh
        """

    private func listed(_ script: String, _ names: [UInt8]) async throws -> DatasetContent {
        let answer = try await place.host.run(script, input: names, timeout: 3600)
        if answer.status == 3 {
            throw ExitStatus.usage("the data set '\(place.folder)' is not a folder on \(place.host.name)")
        }
        guard answer.status == 0 else {
            throw HostError(.command, "cannot list '\(place.folder)' on \(place.host.name): \(answer.errorText)")
        }
        return DatasetContent(try answer.output.split(separator: 0).map(file))
    }

    private func file(_ record: ArraySlice<UInt8>) throws -> DatasetFile {
        let parts = record.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let size = Int64(String(decoding: parts[1], as: UTF8.self)) else {
            throw HostError(.command, "cannot read what find said: \(String(decoding: record, as: UTF8.self))")
        }
        let shown = "\(place.folder)/\(String(decoding: parts[2].dropFirst(2), as: UTF8.self))"
        guard let path = String(validating: parts[2].dropFirst(2), as: UTF8.self) else {
            throw ExitStatus.usage("'\(shown)' has a name that is not UTF-8; rename it")
        }
        switch String(decoding: parts[0], as: UTF8.self) {
        case "ff": return DatasetFile(path: path, size: size)
        case "ld":
            throw ExitStatus.usage(
                "'\(shown)' is a link to a folder, and what is behind it would be no part of the data set\n"
                    + "  put the folder itself there; only scenes may be links to folders")
        case let kind where kind.hasPrefix("l"): throw ExitStatus.usage("'\(shown)' is a link that leads nowhere")
        default: throw ExitStatus.usage("'\(shown)' is no file, and can't be a part of a data set")
        }
    }

    /// The checksums of files that were looked at.
    func sums(of files: [DatasetFile]) async throws -> [DatasetFile] {
        defer { Terminal.endProgress() }
        let total = files.reduce(0) { $0 + $1.size }
        var done: [DatasetFile] = []
        var bytes = Int64(0)
        var rest = files[...]
        while !rest.isEmpty {
            let batch = Self.batch(&rest)
            done += place.isHere ? try batch.map(here) : try await there(batch)
            bytes += batch.reduce(0) { $0 + $1.size }
            Terminal.progress(
                "checksums: \(done.count) of \(files.count) files, \(ByteCount(bytes)) of \(ByteCount(total))")
        }
        return done
    }

    /// All files with their checksums.
    func content() async throws -> DatasetContent { DatasetContent(try await sums(of: sizes().files)) }

    /// As many files as one question takes: up to 500, or 4 GiB.
    private static func batch(_ rest: inout ArraySlice<DatasetFile>) -> [DatasetFile] {
        var (batch, bytes): ([DatasetFile], Int64) = ([], 0)
        while let next = rest.first, batch.count < 500, batch.isEmpty || bytes + next.size <= 4 << 30 {
            batch.append(next)
            bytes += next.size
            rest = rest.dropFirst()
        }
        return batch
    }

    private func here(_ file: DatasetFile) throws -> DatasetFile {
        let path = URL(filePath: "\(place.folder)/\(file.path)").resolvingSymlinksInPath().path
        errno = 0
        guard let digest = FileDigest(path: path) else {
            throw ExitStatus(
                code: 1,
                text: errno == 0
                    ? "error: '\(path)' changed while it was read"
                    : "error: cannot read '\(path)': \(String(cString: strerror(errno)))")
        }
        return DatasetFile(path: file.path, size: digest.mark.size, sha256: digest.sha256)
    }

    private func there(_ files: [DatasetFile]) async throws -> [DatasetFile] {
        var names: [UInt8] = []
        for file in files { names += Array("./\(file.path)".utf8) + [0] }
        let bytes = files.reduce(0) { $0 + $1.size }
        let answer = try await place.host.run(
            "cd -- \(ShellWord.quote(place.folder)) && LC_ALL=C xargs -0 -r sha256sum --", input: names,
            timeout: 600 + Double(bytes) / 1e7)
        let lines = answer.output.split(separator: 0x0A)
        guard answer.status == 0, lines.count == files.count else {
            throw HostError(
                .command, "cannot read files of '\(place.folder)' on \(place.host.name): \(answer.errorText)")
        }
        return try zip(files, lines).map { (file, line) throws -> DatasetFile in
            // A line whose name has line ends or backslashes begins with one; the names come in their order.
            let sum = String(decoding: line.drop { $0 == UInt8(ascii: "\\") }.prefix(64), as: UTF8.self)
            guard sum.utf8.count == 64,
                sum.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else { throw HostError(.command, "cannot read what sha256sum said on \(place.host.name)") }
            return DatasetFile(path: file.path, size: file.size, sha256: sum)
        }
    }

    /// In what the place differs from a content: sizes first, and files of the right size by their checksums. With
    /// `bySize` these are not taken, with `members` nothing else is looked at.
    func difference(
        from whole: DatasetContent, bySize: Bool, members: [String]? = nil
    ) async throws -> DatasetDifference {
        let found = try await sizes(known: whole.members)
        let (content, looked) = members.map { (whole.only($0), found.only($0)) } ?? (whole, found)
        let first = DatasetDifference(from: content, to: looked)
        guard !bySize else { return first }
        let other = Set((first.changed + first.added).map { Array($0.path.utf8) })
        let summed = try await sums(of: looked.files.filter { !other.contains(Array($0.path.utf8)) })
        let rest = looked.files.filter { other.contains(Array($0.path.utf8)) }
        return DatasetDifference(from: content, to: DatasetContent(summed + rest))
    }
}
