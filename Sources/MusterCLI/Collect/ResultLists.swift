import MusterCluster
import MusterCore

/// Lists of results, read where they lie.
enum ResultLists {
    /// Folders that one command lists.
    private static let most = 200

    /// What became of a folder.
    enum Answer: Equatable {
        /// Its files.
        case files([ResultFile])
        /// Nothing is there.
        case gone
        /// It can't be read, in words.
        case unreadable(String)
    }

    /// The files of each folder, in order. Lists that agents wrote are taken where they are; other folders are looked through.
    static func read(_ folders: [String], on host: some MusterCore.Host) async throws -> [Answer] {
        var answers: [Answer] = []
        for start in stride(from: 0, to: folders.count, by: most) {
            let part = folders[start..<min(folders.count, start + most)]
            let result = try await host.run(
                script, input: Array(part.joined(separator: "\0").utf8) + [0], timeout: 600)
            let found = parse(result.output)
            guard result.status == 0, found.count == part.count else {
                throw HostError(
                    .file, "the results on \(host.name) can't be listed: \(result.errorText)")
            }
            answers += found
        }
        return answers
    }

    /// For each folder a line `L BYTES` and its list, or `F` and a record `SIZE TIME PATH` with NUL for each file and an empty one
    /// behind, or `N`.
    private static let script = """
        xargs -0 sh -c '
        for d; do
          f=$d/.muster/files.json
          if [ -f "$f" ]; then printf "L %s\\n" "$(wc -c <"$f")"; cat -- "$f"
          elif [ -d "$d" ]; then
            printf "F\\n"
            find "$d" -path "$d/.muster" -prune -o -type f -printf "%s %T@ %P\\0" 2>/dev/null
            printf "\\0"
          else printf "N\\n"
          fi
        done' sh
        """

    static func parse(_ bytes: [UInt8]) -> [Answer] {
        var answers: [Answer] = []
        var at = 0
        while at < bytes.count, let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes[at..<end], as: UTF8.self)
            at = end + 1
            switch line.first {
            case "L":
                guard let count = Int(line.dropFirst(2)), count >= 0, at + count <= bytes.count else { return answers }
                let list = (try? JSON(parsing: bytes[at..<at + count])).flatMap(ResultFile.list)
                answers.append(list.map(Answer.files) ?? .unreadable("its list of files can't be read"))
                at += count
            case "F":
                var files: [ResultFile] = []
                while let stop = bytes[at...].firstIndex(of: 0) {
                    defer { at = stop + 1 }
                    if stop == at { break }
                    file(String(decoding: bytes[at..<stop], as: UTF8.self)).map { files.append($0) }
                }
                answers.append(.files(files))
            case "N": answers.append(.gone)
            default: return answers
            }
        }
        return answers
    }

    /// `1024 1795231137.9345080000 a/b.csv`; find(1) writes ten digits, the last of which is always 0.
    private static func file(_ text: String) -> ResultFile? {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let size = Int64(parts[0]), ResultFile.isInside(String(parts[2])) else { return nil }
        let time = parts[1].split(separator: ".")
        guard let seconds = time.first.flatMap({ Int64($0) }) else { return nil }
        let digits = time.count > 1 ? String(time[1].prefix(9)) : ""
        let nanoseconds = Int64(digits.padding(to: 9, with: "0")) ?? 0
        return ResultFile(path: String(parts[2]), size: size, changed: seconds * 1_000_000_000 + nanoseconds)
    }
}

extension String {
    fileprivate func padding(to length: Int, with digit: Character) -> String {
        self + String(repeating: digit, count: max(0, length - count))
    }
}
