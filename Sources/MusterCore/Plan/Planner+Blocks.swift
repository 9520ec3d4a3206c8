extension Planner {
    /// Cuts `jobs` into blocks: at least one job for each slot, about ``blocksPerElement`` for each element. Their numbers
    /// begin at `first`.
    public static func blocks(
        jobs: [Int], generation: Int, elements: Int, slots: Int, size: Int = 0, first: Int = 0
    ) -> [Block] {
        guard !jobs.isEmpty else { return [] }
        let wanted = max(1, elements) * (elements == (jobs.count + slots - 1) / slots ? 1 : blocksPerElement)
        let length = max(slots, (jobs.count + wanted - 1) / wanted)
        return stride(from: 0, to: jobs.count, by: length).enumerated().map { number, start in
            Block(
                id: "g\(generation)-\(padded(first + number))", generation: generation,
                jobs: Array(jobs[start..<min(start + length, jobs.count)]), size: size)
        }
    }

    /// `rows` in groups so that none stands with one that it takes products from: a block that waits for itself would wait for
    /// ever. What others wait for comes first.
    static func levels(_ rows: [Int], of table: [JobRow]) -> [[Int]] {
        let own = Set(rows)
        var known: [Int: Int] = [:]
        func level(_ row: Int) -> Int {
            if let level = known[row] { return level }
            let found = table[row].uses.filter(own.contains).map { level($0) + 1 }.max() ?? 0
            known[row] = found
            return found
        }
        var groups: [[Int]] = []
        for row in rows {
            let level = level(row)
            while groups.count <= level { groups.append([]) }
            groups[level].append(row)
        }
        return groups
    }

    /// Cuts `elements` at MaxArraySize: no index may reach it, so later parts carry an offset.
    public static func arrays(elements: Int, limit: Int, offset: Int = 0) -> [Plan.ArrayPart] {
        stride(from: 0, to: elements, by: max(1, limit)).map {
            Plan.ArrayPart(offset: offset + $0, count: min(max(1, limit), elements - $0))
        }
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
