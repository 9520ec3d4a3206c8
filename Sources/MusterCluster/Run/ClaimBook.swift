public import MusterCore

/// Blocks, classes and claims of a run, read and written from outside.
public struct ClaimBook: Sendable {
    /// The blocks of all generations, each once.
    public var blocks: [Block] = []
    /// By block the element that holds it.
    public var holders: [String: String] = [:]
    /// The classes of sizes that retries added, with their numbers.
    public var classes: [(number: Int, size: SizeClass)] = []

    /// Blocks that nobody holds.
    public var unheld: [Block] { blocks.filter { holders[$0.id] == nil } }

    /// Reads everything. One command, however many claims.
    public static func read(_ paths: RunPaths, on host: some Host) async throws(HostError) -> ClaimBook {
        let result = try await host.run(
            "cat \(ShellWord.quote(paths.classes)) 2>/dev/null; cat \(ShellWord.quote(paths.blocks)) && cd -- \(ShellWord.quote(paths.claims)) && "
                + "find . -maxdepth 1 -type f ! -name '.*' -exec grep -H '' {} +; exit $?", input: [], timeout: 60)
        var book = ClaimBook()
        var known: Set<String> = []
        var highest: [String: (level: Int, element: String)] = [:]
        for line in result.text.split(separator: "\n") {
            guard let brace = line.firstIndex(of: "{"), let json = try? JSON(parsing: String(line[brace...])) else {
                continue
            }
            guard line.hasPrefix("./") else {
                if let block = Block(json: json) {
                    if known.insert(block.id).inserted { book.blocks.append(block) }
                } else if let size = SizeClass.numbered(json) {
                    book.classes.append(size)
                }
                continue
            }
            let name = String(line[..<brace].dropFirst(2).dropLast())
            guard let claim = Claims.parse(fileName: name), let holder = ClaimHolder(json: json),
                highest[claim.block].map({ $0.level <= claim.level }) ?? true
            else { continue }
            highest[claim.block] = (claim.level, holder.element)
        }
        guard !book.blocks.isEmpty else {
            throw HostError(.file, "cannot read '\(paths.blocks)' on \(host.name): \(result.errorText)")
        }
        book.holders = highest.mapValues(\.element)
        return book
    }

    /// Adds a generation: classes first, then the blocks that name them.
    ///
    /// A hard link decides between two stewards: what was written first under the generation's number is what holds, and
    /// both see to it that its lines stand in the tables, each once. So does the next steward when one dies in between.
    public static func append(
        _ generation: Steward.Generation, to paths: RunPaths, on host: some Host
    ) async throws(HostError) {
        let result = try await host.run(
            """
            cd -- \(ShellWord.quote(paths.folder)) && mkdir -p generations && touch classes.jsonl || exit 1
            g=generations/\(generation.number); t=generations/.$$.$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')
            cat >"$t" || exit 1
            ln -- "$t" "$g" 2>/dev/null || [ -s "$g" ] || mv -n -- "$t" "$g"
            rm -f -- "$t"
            [ -s "$g" ] || { echo "cannot make $PWD/$g" >&2; exit 1; }
            {
              flock -w 30 9 2>/dev/null
              grep '^{"size":' "$g" | grep -vxFf classes.jsonl >>classes.jsonl
              grep '^{"id":' "$g" | grep -vxFf blocks.jsonl >>blocks.jsonl
            } 9>generations/lock
            exit 0
            """, input: RunFolder.lines(generation.lines), timeout: 60)
        guard result.status == 0 else {
            throw HostError(.file, "cannot add blocks to '\(paths.blocks)' on \(host.name): \(result.errorText)")
        }
    }
}
