import ArgumentParser
import Foundation
import MusterConfig
import MusterCore

/// The options of every command that reads a config.
struct ConfigOptions: ParsableArguments {
    @Argument(help: "The sweep's config file.") var config: String
    @Option(help: "The cluster, by name or path; wins over the config's own.") var cluster: String?
    @Option(name: .customLong("set"), help: "Lay KEY.KEY=VALUE over the config; may be repeated.") var settings:
        [String] = []
}

/// A config and its cluster, read and checked.
struct LoadedConfig {
    var spec: SweepSpec
    var cluster: ClusterSpec
    /// The cluster's file; nil for the built-in local one.
    var clusterFile: String?
    var bytes: [UInt8]
    /// Folder of the config file.
    var folder: String

    /// Reads both; warnings go to standard error, errors end the command with status 3.
    static func read(_ options: ConfigOptions) throws -> LoadedConfig {
        let path = Places.absolute(options.config)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExitStatus.config(
                "error: the config '\(options.config)' can't be read\n  give the path of a YAML file")
        }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let (spec, found) = SweepReader.read(
            Array(data), file: options.config, overrides: options.settings,
            presetNames: Places.names(in: "templates/pipelines", suffix: ".yaml", project: folder),
            preset: { name in
                Places.find(name, in: "templates/pipelines", suffix: ".yaml", project: folder).flatMap { file in
                    FileManager.default.contents(atPath: file).map { (file, Array($0)) }
                }
            })
        guard let spec else { throw ExitStatus.config(summary(of: found)) }
        if !found.isEmpty { Terminal.complain(found.map(\.text).joined()) }
        let name = options.cluster ?? spec.cluster
        do {
            let (cluster, file) = try readCluster(name, project: folder)
            return LoadedConfig(spec: spec, cluster: cluster, clusterFile: file, bytes: Array(data), folder: folder)
        } catch let unknown as UnknownCluster {
            let place = options.cluster == nil ? ["cluster"] : []
            throw mistake(at: place, of: spec, Array(data), unknown.message, hint: unknown.hint)
        }
    }

    /// A mistake that shows only at the place where the config is to be used: told with the value's own place, that of
    /// the first of `keys` that the config says.
    func mistake(at keys: [String], _ message: String, hint: String) -> ExitStatus {
        Self.mistake(at: keys, of: spec, bytes, message, hint: hint)
    }

    private static func mistake(
        at keys: [String], of spec: SweepSpec, _ bytes: [UInt8], _ message: String, hint: String
    ) -> ExitStatus {
        guard let place = keys.lazy.compactMap({ spec.places[$0] }).first else {
            return .config("error: \(message)\n  \(hint)")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let excerpt = lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : nil
        return .config(Diagnostic(.error, at: place, message, hint: hint, excerpt: excerpt).text)
    }

    /// Reads a cluster by name or path.
    static func readCluster(_ name: String, project: String) throws -> (ClusterSpec, String?) {
        guard let file = Places.find(name, in: "cluster-configs", suffix: ".yaml", project: project) else {
            if name == "local" { return (.local, nil) }
            let known = Set(Places.names(in: "cluster-configs", suffix: ".yaml", project: project) + ["local"]).sorted()
            let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
            throw UnknownCluster(
                message: "there is no cluster '\(name)'\(near)",
                hint: "known: \(known.joined(separator: ", ")); a path of a cluster file serves too")
        }
        return (try parseCluster(FileManager.default.contents(atPath: file) ?? Data(), file: file), file)
    }

    /// Reads a cluster from the content of its file.
    static func parseCluster(_ content: Data, file: String) throws -> ClusterSpec {
        let (spec, found) = ClusterReader.read(Array(content), file: file)
        guard let spec else { throw ExitStatus.config(summary(of: found)) }
        return spec
    }

    /// A name that stands for no cluster here.
    struct UnknownCluster: Error {
        var message: String
        var hint: String
    }

    private static func summary(of found: [Diagnostic]) -> String {
        let errors = found.count { $0.severity == .error }
        return found.map(\.text).joined() + "\(errors) error\(errors == 1 ? "" : "s")"
    }
}
