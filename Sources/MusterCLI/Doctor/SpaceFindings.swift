import MusterCore

/// What is left of a file system, and of the user's share of it.
enum SpaceFindings {
    /// Less than this is worth a word.
    static let small = ByteCount.mebibytes(1024)
    static let fewFiles: Int64 = 10_000

    /// Sizes in KiB, then quotas: of quota(1), and on Lustre of lfs(1).
    static func script(_ folder: String) -> String {
        """
        cd -- \(ShellWord.quote(folder)) || exit 1
        df -k --output=size,avail,itotal,iavail,fstype . | sed -n '2s/^/df=/p'
        df --output=target . | sed -n '2s/^/target=/p'
        df --output=source . | sed -n '2s/^/source=/p'
        quota -wp 2>/dev/null | sed -n 's/^ */quota=/p'
        if command -v lfs >/dev/null; then lfs quota -q -u "$(id -un)" . 2>/dev/null | sed -n 's/^ */lfs=/p'; fi
        exit 0
        """
    }

    /// One line of quota(1) or lfs(1): use and limits of space in KiB and of files; 0 is no limit.
    struct Quota: Equatable {
        var place: String
        var used: Int64, limit: Int64, files: Int64, fileLimit: Int64

        init?(_ line: String) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 9 else { return nil }
            // A star marks what is exceeded. Of the soft and the hard limit the nearer counts.
            let numbers = words.suffix(8).map { Int64($0.filter(\.isNumber)) }
            guard let used = numbers[0], let files = numbers[4] else { return nil }
            func least(_ soft: Int64?, _ hard: Int64?) -> Int64 {
                [soft ?? 0, hard ?? 0].filter { $0 > 0 }.min() ?? 0
            }
            place = words.dropLast(8).joined(separator: " ")
            (self.used, limit) = (used, least(numbers[1], numbers[2]))
            (self.files, fileLimit) = (files, least(numbers[5], numbers[6]))
        }
    }

    static func space(_ answers: Answers, file: String) -> Finding {
        let words = (answers["df"] ?? "").split(separator: " ").map { Int64($0) }
        guard words.count >= 4, let size = words[0], let free = words[1] else {
            return .warning("df did not tell", cure: "see: df -h \(file)")
        }
        var text = "\(kibibytes(free)) of \(kibibytes(size)) free"
        var isSmall = free < small.bytes >> 10
        if let files = words[3], let all = words[2], all > 0 {
            text += ", room for \(count(files)) files"
            isSmall = isSmall || files < fewFiles
        }
        guard isSmall else { return .ok(text) }
        return .warning(text, cure: "make room there, or set another 'workdir' in \(file)")
    }

    static func quota(_ answers: Answers, file: String) -> Finding {
        let source = answers["source"] ?? ""
        let ofPlace = answers.all("quota").compactMap(Quota.init).first { $0.place == source }
        guard let quota = answers.all("lfs").compactMap(Quota.init).first ?? ofPlace,
            quota.limit > 0 || quota.fileLimit > 0
        else { return .ok("none is told") }
        var parts: [String] = []
        var isSmall = false
        if quota.limit > 0 {
            parts.append("\(kibibytes(quota.used)) of \(kibibytes(quota.limit)) used")
            isSmall = quota.limit - quota.used < small.bytes >> 10
        }
        if quota.fileLimit > 0 {
            parts.append("\(count(quota.files)) of \(count(quota.fileLimit)) files")
            isSmall = isSmall || quota.fileLimit - quota.files < fewFiles
        }
        let text = parts.joined(separator: ", ")
        guard isSmall else { return .ok(text) }
        return .warning(text, cure: "remove what is not needed any more, or set another 'workdir' in \(file)")
    }

    private static func kibibytes(_ count: Int64) -> String { "\(ByteCount(count << 10))" }

    private static func count(_ number: Int64) -> String {
        number < 1_000_000 ? "\(number)" : "\(number / 1_000_000) million"
    }
}
