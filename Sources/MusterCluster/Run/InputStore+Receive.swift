public import MusterCore
import SSH

/// How contents come into the store.
extension InputStore {
    /// Sends small contents in one stream; they count once they were settled. Each file's path is its content's sum.
    public func receive(_ files: [HostFile]) async throws(HostError) {
        var archive: [UInt8] = []
        archive.reserveCapacity(files.reduce(2048) { $0 + $1.content.count + 1024 })
        for file in files {
            let size = Int64(file.content.count)
            archive += TarWriter.header(TarHeader(path: file.path, kind: .file(size: size), mode: 0o644, modified: 0))
            archive += file.content
            archive += [UInt8](repeating: 0, count: TarFormat.padding(after: size))
        }
        let word = ShellWord.quote(incoming)
        // Time of arrival, as for any other file: nobody's cleaning takes them for old.
        try await act(
            "mkdir -p -- \(word) && exec tar -xmof - -C \(word)", archive + TarWriter.end, "write to '\(incoming)'")
    }

    /// Gives contents that have come whole their names; the sums of these. What is not whole stays for the next try.
    public func settle() async throws(HostError) -> [String] {
        let script = """
            O=\(ShellWord.quote("\(folder)/objects")); cd -- \(ShellWord.quote(incoming)) 2>/dev/null || exit 0
            LC_ALL=C find . -maxdepth 1 -type f -name '[0-9a-f]*' ! -name '*.part' -print0 | xargs -0 -r sha256sum -- |
                awk '{ name = substr($2, 3); if ($1 == name) print name }' > right || exit 1
            [ -s right ] || exit 0
            xargs chmod 444 -- < right || exit 1
            for p in $(cut -c 1-2 right | sort -u); do
                mkdir -p -- "$O/$p" || exit 1
                grep "^$p" right | xargs mv -n -t "$O/$p" --
            done
            while read -r s; do [ -f "$O/${s:0:2}/$s" ] && echo "$s"; done < right
            xargs rm -f -- right < right
            """
        let answer = try await act("exec bash -c \(ShellWord.quote(script))", [], "put contents into '\(folder)'")
        return answer.text.split(separator: "\n").map(String.init)
    }

    private func part(_ sum: String) -> String { "\(incoming)/\(sum).part" }

    /// How many bytes of a large content have come.
    public func arrived(_ sum: String) async throws(HostError) -> Int64 {
        try await Self.looks(at: [part(sum)], on: host).values.first?.size ?? 0
    }

    /// Sends bytes of a large content to their place in it.
    public func receive(_ bytes: [UInt8], of sum: String, at offset: Int64) async throws(HostError) {
        let path = ShellWord.quote(part(sum))
        let script = """
            mkdir -p -- \(ShellWord.quote(incoming)) && exec dd of=\(path) bs=1M iflag=fullblock oflag=seek_bytes \
            seek=\(offset) conv=notrunc status=none
            """
        try await act(script, bytes, "write to '\(part(sum))'")
    }

    /// Gives a large content its name when all of it has come; false, and nothing happens, where it is not the right one.
    public func settle(_ sum: String) async throws(HostError) -> Bool {
        let (path, object) = (ShellWord.quote(part(sum)), ShellWord.quote(object(sum)))
        let script = """
            [ "$(sha256sum < \(path) | cut -c 1-64)" = \(sum) ] || exit 4
            chmod 444 -- \(path) && mkdir -p -- "$(dirname -- \(object))" && mv -n -T -- \(path) \(object)
            [ -f \(object) ] && rm -f -- \(path)
            """
        let answer = try await host.run(script, input: [], timeout: Self.patience)
        guard answer.status == 0 || answer.status == 4 else {
            throw HostError(.file, "cannot make '\(self.object(sum))' on \(host.name): \(answer.errorText)")
        }
        return answer.status == 0
    }

    /// The sums of ranges of what has come of a large content.
    public func sums(of ranges: [Range<Int64>], in sum: String) async throws(HostError) -> [String] {
        let path = ShellWord.quote(part(sum))
        let script = ranges.map { "tail -c +\($0.lowerBound + 1) -- \(path) | head -c \($0.count) | sha256sum" }
        let answer = try await act("exec sh -s", Array(script.joined(separator: "\n").utf8), "read '\(part(sum))'")
        let sums = answer.text.split(separator: "\n").map { String($0.prefix(64)) }
        guard sums.count == ranges.count else {
            throw HostError(.file, "cannot read '\(part(sum))' on \(host.name): \(answer.errorText)")
        }
        return sums
    }

    /// Gives up what has come of a large content.
    public func drop(_ sum: String) async throws(HostError) {
        try await act("rm -f -- \(ShellWord.quote(part(sum)))", [], "remove '\(part(sum))'")
    }
}
