public import MusterCore

/// Blocks and claims of a run, read and written from outside.
public enum ClaimBook {
    /// The blocks of all generations, and by block the element that holds it. One command, however many claims.
    public static func read(
        _ paths: RunPaths, on host: some Host
    ) async throws(HostError) -> (blocks: [Block], holders: [String: String]) {
        let result = try await host.run(
            "cat \(ShellWord.quote(paths.blocks)) && cd -- \(ShellWord.quote(paths.claims)) && "
                + "find . -maxdepth 1 -type f ! -name '.*' -exec grep -H '' {} +; exit $?", input: [], timeout: 60)
        var blocks: [Block] = []
        var highest: [String: (level: Int, element: String)] = [:]
        for line in result.text.split(separator: "\n") {
            guard let brace = line.firstIndex(of: "{"), let json = try? JSON(parsing: String(line[brace...])) else {
                continue
            }
            guard line.hasPrefix("./") else {
                if let block = Block(json: json) { blocks.append(block) }
                continue
            }
            let name = String(line[..<brace].dropFirst(2).dropLast())
            guard let claim = Claims.parse(fileName: name), let holder = ClaimHolder(json: json),
                highest[claim.block].map({ $0.level <= claim.level }) ?? true
            else { continue }
            highest[claim.block] = (claim.level, holder.element)
        }
        guard !blocks.isEmpty else {
            throw HostError(.file, "cannot read '\(paths.blocks)' on \(host.name): \(result.errorText)")
        }
        return (blocks, highest.mapValues(\.element))
    }

    /// Adds blocks of a new generation.
    public static func append(_ blocks: [Block], to paths: RunPaths, on host: some Host) async throws(HostError) {
        let result = try await host.run(
            "cat >> \(ShellWord.quote(paths.blocks))", input: RunFolder.lines(blocks.map(\.json)), timeout: 60)
        guard result.status == 0 else {
            throw HostError(.file, "cannot add blocks to '\(paths.blocks)' on \(host.name): \(result.errorText)")
        }
    }
}
