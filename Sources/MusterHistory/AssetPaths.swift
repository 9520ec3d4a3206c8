import GRDB
import MusterCore

extension History {
    /// Paths in jobs' folders that programs named as assets, by the job's place in the table.
    public func assetPaths(of run: String) throws -> [Int: Set<String>] {
        let sql = """
            SELECT f.line FROM facts f JOIN sources s ON s.id = f.source WHERE s.run = ? AND f.kind = 'asset.made'
            """
        return try writer.read { db in
            var paths: [Int: Set<String>] = [:]
            for line in try String.fetchAll(db, sql: sql, arguments: [run]) {
                guard let event = try? Event(line: line.utf8), case .assetMade(let key, _, let asset) = event.body
                else {
                    continue
                }
                paths[key.job, default: []].insert(asset.path)
            }
            return paths
        }
    }
}
