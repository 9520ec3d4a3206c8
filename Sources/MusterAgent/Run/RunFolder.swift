import MusterCore

/// The plan and the tables of a run, as they lie in its folder.
struct RunFolder {
    /// Where everything lies.
    let paths: RunPaths
    /// The plan.
    let plan: RunPlan
    private let rows: [Int: JobRow]
    /// Rows that take products of a shared stage run, by its row.
    private let users: [Int: [Int]]

    /// Why a run folder can't be used.
    struct Unusable: Error, CustomStringConvertible {
        /// What was read and what came back.
        var description: String
    }

    /// Reads the plan and the job table. A line of the table that can't be read is a damaged run folder.
    init(_ folder: String) throws(Unusable) {
        paths = RunPaths(folder: folder)
        guard let json = Files.json(paths.plan), let plan = RunPlan(json: json), !plan.stages.isEmpty else {
            throw Unusable(description: "\(paths.plan) is missing or is no plan with stages: submit the run again")
        }
        self.plan = plan
        var rows: [Int: JobRow] = [:]
        for line in try Self.lines(paths.jobs) {
            guard let row = (try? JSON(parsing: line)).flatMap(JobRow.init(json:)) else {
                throw Unusable(description: "\(paths.jobs) has a line that is no job: submit the run again")
            }
            rows[row.index] = row
        }
        self.rows = rows
        var users: [Int: [Int]] = [:]
        for row in rows.values { for source in row.uses { users[source, default: []].append(row.index) } }
        self.users = users
    }

    /// The rows that take products of the shared stage run at a position of the table, in order.
    func users(of index: Int) -> [JobRow] { (users[index] ?? []).sorted().compactMap { rows[$0] } }

    /// The job at a position of the table.
    func row(_ index: Int) -> JobRow? { rows[index] }

    /// Names of all scenes, in the order of the table.
    var sceneNames: [String] {
        var seen: Set<String> = []
        return rows.values.filter { $0.stages == nil }.sorted { $0.index < $1.index }.map(\.scene.name).filter {
            seen.insert($0).inserted
        }
    }

    /// The blocks of all generations as they stand in the file now; a line that is being written is left for later.
    func blocks() -> [Block] {
        ((try? Self.lines(paths.blocks)) ?? []).compactMap { line in
            (try? JSON(parsing: line)).flatMap(Block.init(json:))
        }
    }

    private static func lines(_ path: String) throws(Unusable) -> [ArraySlice<UInt8>] {
        do {
            return try Files.read(path).split(separator: UInt8(ascii: "\n"))
        } catch {
            throw Unusable(description: "\(error)")
        }
    }
}
