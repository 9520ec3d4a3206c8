import ArgumentParser
import MusterCore

struct ClustersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters", abstract: "List the clusters that are known here, or describe a new one.",
        subcommands: [List.self, DiscoverCommand.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the clusters that are known here.")
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            var clusters: [(ClusterSpec, String?)] = []
            for name in Places.names(in: "cluster-configs", suffix: ".yaml", project: ".") {
                let found = try LoadedConfig.readCluster(name, project: ".")
                clusters.append((found.spec, found.file))
            }
            if !clusters.contains(where: { $0.0.name == "local" }) { clusters.insert((.local, nil), at: 0) }
            if json {
                let list = clusters.map { spec, file in
                    JSON.object([
                        "name": .string(spec.name), "backend": .string(spec.backend.rawValue),
                        "host": spec.host.map(JSON.string),
                        "file": file.map(JSON.string),
                    ])
                }
                Terminal.print(JSON.object(["schema": 1, "clusters": .array(list)]).line)
                return
            }
            var table = Table(header: ["CLUSTER", "BACKEND", "HOST", "FILE"])
            for (spec, file) in clusters {
                table.rows.append([spec.name, spec.backend.rawValue, spec.host ?? "-", file ?? "built in"])
            }
            Terminal.print(table.text)
        }
    }
}
